"""The patient's check-ins: which questions each kind asks, what follows from the answers, when a person is asked."""

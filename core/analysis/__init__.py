"""Statistics of the service's own alliance: agreement, change, development over time, associations. Pure: arrays in,
estimates out; what cannot be estimated is an estimate without a value and with the reason, never an error."""

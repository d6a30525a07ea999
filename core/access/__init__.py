"""Who may do what (permissions), to whom (reach), and how a person proves who they are (sign-in)."""

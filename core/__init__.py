"""Everything Vincle knows and does, without a screen: reads, actions, rules, signals, imports."""

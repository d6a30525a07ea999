"""Exports of devices and of other EMA tools → items. One file for each; all give sums by the day of the person's own
clock where a device counts, so that a phone and a watch are not added up."""

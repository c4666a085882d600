"""The link to online marketplaces: accounts there, listings kept fresh, orders passed on exactly once.

connectors    one folder for each marketplace behind one small class
accounts      who we are there: credentials, sealed; what every call came to
sync          their offers into our catalog; health, what is wrong with a listing
handover      our orders to them; messages, what they tell us
"""

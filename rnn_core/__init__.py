"""The code behind `rnn_helpers`: a room a concern, in plain functions.

A body here holds what the page derives and trusts its arguments; `rnn_helpers` is where
they are checked. Import that.
"""

"""What was learnt from examples about requests, beside the rules."""

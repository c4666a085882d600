"""People who sign in, what they were granted, and buyers, who need no account."""

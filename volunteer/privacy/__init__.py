"""What a person may do with the own data: see, correct, download, withdraw, close; and two records of one person."""

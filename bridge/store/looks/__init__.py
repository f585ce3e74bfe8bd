"""What people look at, counted in SQL: changes nothing, opens no sealed byte."""

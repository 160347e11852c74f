"""What somebody hears, when and where: the menu, what is typed, mutes, and what they follow."""

"""What somebody hears, when and where: the menu, typed settings, mutes, and what they follow."""

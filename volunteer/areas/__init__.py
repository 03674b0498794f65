"""The tree sub-district → community → grid, over which staff have their scope."""

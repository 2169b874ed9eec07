"""The writes that span rows. Each is one operation in the trail, all or nothing."""

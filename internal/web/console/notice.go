package console

// notices are what a page says when something was done and the browser was led on
// to it: ?done=saved. Only these words are ever shown, so that a link cannot put
// words into the console's mouth.
var notices = map[string]string{
	"saved":         "Saved.",
	"created":       "The connector is created. It opens for nobody until you activate it.",
	"created-keyed": "The connector is created with the key that you uploaded. It opens for nobody until you activate it.",
	"activated":     "The connector is active: its groups can open it now.",
	"deactivated":   "The connector is inactive: it opens for nobody.",
	"deleted":       "The connector is deleted.",
	"deleted-all":   "The connectors are deleted.",
	"key-made":      "The key is made.",
	"key-uploaded":  "The key is in place.",
	"image-saved":   "The image is in place.",
	"image-removed": "The image is removed.",

	"user-created":    "The user is created, without a password. Make a password link, so that they can set one.",
	"user-deleted":    "The user is deleted.",
	"suspended":       "The person is suspended, and every session of theirs has ended.",
	"resumed":         "The person can sign in again.",
	"locked":          "The person is locked down: suspended, with every session, token and link ended.",
	"member-added":    "They are in the group now.",
	"member-removed":  "They are out of the group.",
	"group-created":   "The group is created. Put people in, and say under “Connectors” what it opens.",
	"group-deleted":   "The group is deleted.",
	"token-revoked":   "The token is revoked.",
	"lockdown-lifted": "The lockdown is lifted. Everybody signs in anew.",
}

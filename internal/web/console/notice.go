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
}

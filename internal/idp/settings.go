package idp

// Settings are what holds for the whole installation and is no launch's business:
// that stands in [Instance].
type Settings struct {
	// HelpdeskResetsAccess lets helpdesk make password links for people to whom
	// connectors are open, resume and unlock them. Whoever does that could sign in as
	// them, so it is off unless an owner says otherwise.
	HelpdeskResetsAccess bool

	Version uint64 // zero for settings that were never written
}

// Vouches reports whether a password that was set by a link of an administrator of
// that role says who somebody is wherever connectors are open to them.
func (s Settings) Vouches(maker AdminRole) bool {
	return maker != AdminHelpdesk || s.HelpdeskResetsAccess
}

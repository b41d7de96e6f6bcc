package resource

// Access is one way into a connector: a person, a role, and the group by which.
type Access struct {
	Email     string `json:"email" yaml:"email"`
	Name      string `json:"name" yaml:"name"`
	Active    bool   `json:"active" yaml:"active"`
	RoleARN   string `json:"role_arn,omitempty" yaml:"role_arn,omitempty"`
	Group     string `json:"group" yaml:"group"`
	ExpiresAt string `json:"expires_at,omitempty" yaml:"expires_at,omitempty"`

	// When a role session ends that the person opens now, because the access does, by
	// whichever group it lasts longest; left out where no end of theirs cuts it. The
	// warning says that less is left than AWS's shortest session.
	SessionEnds string `json:"session_ends,omitempty" yaml:"session_ends,omitempty"`
	Warning     string `json:"warning,omitempty" yaml:"warning,omitempty"`

	Reason string `json:"reason,omitempty" yaml:"reason,omitempty"` // why AWS would refuse the person; left out for who gets in
}

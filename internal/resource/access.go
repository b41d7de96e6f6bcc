package resource

// Access is one way into a connector: a person, a role, and the group by which.
type Access struct {
	Email     string `json:"email" yaml:"email"`
	Name      string `json:"name" yaml:"name"`
	Active    bool   `json:"active" yaml:"active"`
	RoleARN   string `json:"role_arn,omitempty" yaml:"role_arn,omitempty"`
	Group     string `json:"group" yaml:"group"`
	ExpiresAt string `json:"expires_at,omitempty" yaml:"expires_at,omitempty"`
	Reason    string `json:"reason,omitempty" yaml:"reason,omitempty"` // why AWS would refuse the person; left out for who gets in
}

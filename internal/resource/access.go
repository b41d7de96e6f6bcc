package resource

import "fmt"

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

	Reason string `json:"reason,omitempty" yaml:"reason,omitempty"` // why the person's launch would be refused; left out for who gets in
}

// AccessCount is how many people there are among ways in, without those who are
// suspended.
type AccessCount struct {
	People  int `json:"people" yaml:"people"`   // who get in
	Refused int `json:"refused" yaml:"refused"` // whose launch would be refused
}

// CountAccess counts the people among ways in.
func CountAccess(ways []Access) AccessCount {
	people, refused := map[string]bool{}, map[string]bool{}
	for _, w := range ways {
		switch {
		case !w.Active:
		case w.Reason != "":
			refused[w.Email] = true
		default:
			people[w.Email] = true
		}
	}
	return AccessCount{len(people), len(refused)}
}

// String tells both numbers in words.
func (c AccessCount) String() string {
	text := fmt.Sprintf("%d people can get in", c.People)
	if c.People == 1 {
		text = "1 person can get in"
	}
	if c.Refused > 0 {
		text += fmt.Sprintf(", %d would be refused by AWS", c.Refused)
	}
	return text
}

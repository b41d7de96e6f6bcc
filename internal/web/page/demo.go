package page

import "time"

// DemoACS is the page that stands in for AWS: what AWS would say of a posted
// response, and what is in it.
type DemoACS struct {
	Accepted   bool
	Sessions   []RoleSession // that AWS would open; more than one: AWS would let the person choose
	Findings   []Finding     // why AWS would refuse
	Warnings   []Finding     // why it may, although it would accept
	Facts      []Fact        // the assertion, decoded
	XML        string        // the response, indented
	Address    string        // where the response would go outside of the demo
	RelayState string
}

// RoleSession is one role session that AWS would open.
type RoleSession struct {
	Role           string // name
	RoleARN        string
	Account        string // 12 digits
	SessionName    string
	SourceIdentity string // empty for none
	Duration       time.Duration
	Ends           time.Time // when AWS would end it though a longer one was asked for; zero for no such end
	Tags           []Tag
}

// Tag is a session tag.
type Tag struct {
	Key        string
	Value      string
	Transitive bool // persists through role chaining
}

// Finding is one reason why AWS would refuse a response.
type Finding struct {
	Text   string // what AWS shows
	Code   string // AWS's name of the error; may be empty
	Cause  string // what is wrong, in our words
	Remedy string
}

// Fact is one thing that an assertion says.
type Fact struct {
	Name   string
	Values []string
}

// Choice reports whether the response carries several roles.
func (p DemoACS) Choice() bool { return len(p.Sessions) > 1 }

func (p DemoACS) view() (view, error) {
	title := "AWS would refuse this response"
	if p.Accepted {
		title = "AWS would sign you in"
	}
	return view{name: "demo", title: title, wide: true, policy: own(), data: p}, nil
}

package awsfed

import (
	"fmt"
	"time"
)

// Finding is one thing for which AWS would refuse a response.
type Finding struct {
	Rule   string // what should hold
	Text   string // what AWS answers: its very text where it documents one, else its answer to malformed responses
	Code   string // AWS's error code, such as InvalidIdentityToken, AccessDenied, ExpiredToken or ValidationError
	Status int    // the HTTP status that goes with it
	Cause  string // what is wrong with this response, without a full stop
	Remedy string // what to do about it, without a full stop
}

// RoleSession is a role session that AWS would open, as far as the response
// tells: the role must exist, trust the provider, and allow the duration.
type RoleSession struct {
	RoleARN        string
	ProviderARN    string
	Account        string
	Name           string        // RoleSessionName
	Duration       time.Duration // whole seconds: asked for, or AWS's hour, and no longer than SessionNotOnOrAfter
	Ends           time.Time     // SessionNotOnOrAfter; zero for none
	Tags           []Tag
	TransitiveKeys []string
	SourceIdentity string
	NameID         string
}

// Tag is one session tag.
type Tag struct {
	Key   string
	Value string
}

// Verdict is what AWS sign-in would make of a response.
type Verdict struct {
	Findings []Finding     // why it refuses, what AWS would come upon first in front; empty when it accepts
	Sessions []RoleSession // what it opens when it accepts
	Warnings []Finding     // what it may refuse although it would accept: it depends on the account or is an estimate
}

// Accepted reports whether AWS would open a role session.
func (v Verdict) Accepted() bool { return len(v.Findings) == 0 }

// Chooser reports whether AWS would first ask the person which role to take.
func (v Verdict) Chooser() bool { return len(v.Sessions) > 1 }

// Err is nil when AWS accepts, and otherwise a [*Refusal].
func (v Verdict) Err() error {
	if v.Accepted() {
		return nil
	}
	return &Refusal{Finding: v.Findings[0], Others: v.Findings[1:]}
}

// Refusal says that AWS would refuse a response, and why. Callers find it with
// errors.As and show its text, cause and remedy.
type Refusal struct {
	Finding           // the answer that the person would get
	Others  []Finding // what AWS would come upon next
}

// Error tells AWS's answer and its cause.
func (r *Refusal) Error() string {
	return fmt.Sprintf("AWS would refuse the response: %s (%s): %s", r.Text, r.Code, r.Cause)
}

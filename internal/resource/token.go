package resource

import "time"

// Token is what is shown of a token of the config API: never its secret.
type Token struct {
	ID        string `json:"id" yaml:"id"`
	Name      string `json:"name" yaml:"name"`
	Owner     string `json:"owner" yaml:"owner"` // email of the administrator, or ARN of the AWS principal
	Scope     string `json:"scope" yaml:"scope"` // read or write
	CreatedAt string `json:"created_at" yaml:"created_at"`
	ExpiresAt string `json:"expires_at" yaml:"expires_at"`
	LastUsed  string `json:"last_used" yaml:"last_used"` // to the nearest few minutes; empty for never
}

// NewToken is a token at its making, the only time that its secret is shown.
type NewToken struct {
	Token
	Secret string `json:"token" yaml:"token"` // gp_…
}

// TokenRequest asks for a token. What is left out has its default.
type TokenRequest struct {
	Name     string `json:"name" yaml:"name"`
	Scope    string `json:"scope,omitempty" yaml:"scope,omitempty"`       // read (the default) or write
	Lifetime string `json:"lifetime,omitempty" yaml:"lifetime,omitempty"` // 1m to 12h; 1h is the default
	User     string `json:"user,omitempty" yaml:"user,omitempty"`         // whose token it is; only where the store itself is open
}

// FromToken shows a token.
func FromToken(id, name, owner, scope string, created, expires, used time.Time) Token {
	return Token{ID: id, Name: name, Owner: owner, Scope: scope, CreatedAt: Stamp(created), ExpiresAt: Stamp(expires), LastUsed: Stamp(used)}
}

package resource

// Test is what would happen if a person opened a connector now. Its response is
// signed with a key made for the test and thrown away: no AWS account trusts it.
type Test struct {
	Email     string     `json:"email" yaml:"email"`
	Granted   bool       `json:"granted" yaml:"granted"`
	Reason    string     `json:"reason" yaml:"reason"` // why not, when not
	Roles     []TestRole `json:"roles" yaml:"roles"`
	Accepted  bool       `json:"accepted" yaml:"accepted"` // AWS would take every role's response
	Response  string     `json:"response" yaml:"response"` // the SAMLResponse of the first role, or of all where AWS asks which; base64
	Assertion string     `json:"assertion" yaml:"assertion"`
	Metadata  string     `json:"metadata" yaml:"metadata"` // of the throwaway key
}

// TestRole is one role of a [Test].
type TestRole struct {
	RoleARN     string    `json:"role_arn" yaml:"role_arn"`
	ProviderARN string    `json:"provider_arn" yaml:"provider_arn"`
	Groups      []string  `json:"groups" yaml:"groups"` // the person's groups that open it
	Accepted    bool      `json:"accepted" yaml:"accepted"`
	Findings    []Finding `json:"findings" yaml:"findings"`
	Warnings    []Finding `json:"warnings" yaml:"warnings"` // what AWS may refuse all the same
	SessionName string    `json:"session_name" yaml:"session_name"`
	ExpiresAt   string    `json:"expires_at" yaml:"expires_at"` // end of the role session, if AWS gives what is asked for
	Until       string    `json:"until" yaml:"until"`           // when the access ends, and the role session with it; empty for never
}

// Finding is one thing for which AWS would refuse a response.
type Finding struct {
	Rule   string `json:"rule" yaml:"rule"`
	Says   string `json:"says" yaml:"says"` // AWS's own words
	Cause  string `json:"cause" yaml:"cause"`
	Remedy string `json:"remedy" yaml:"remedy"`
}

// Certificate is one of the certificates that a connector's metadata publishes.
type Certificate struct {
	PEM         string `json:"pem" yaml:"pem"`
	Subject     string `json:"subject" yaml:"subject"`
	Serial      string `json:"serial" yaml:"serial"`
	Fingerprint string `json:"fingerprint" yaml:"fingerprint"` // SHA-256 of the certificate
	NotBefore   string `json:"not_before" yaml:"not_before"`
	NotAfter    string `json:"not_after" yaml:"not_after"`
}

// KeyView is a connector's key with its certificates.
type KeyView struct {
	Key
	Certificates []Certificate `json:"certificates" yaml:"certificates"`
}

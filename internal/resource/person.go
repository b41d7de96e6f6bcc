package resource

// Member is one person's membership, seen from the group.
type Member struct {
	Email     string `json:"email" yaml:"email"`
	Name      string `json:"name" yaml:"name"`
	Active    bool   `json:"active" yaml:"active"`
	ExpiresAt string `json:"expires_at,omitempty" yaml:"expires_at,omitempty"`

	AdminRole string `json:"-" yaml:"-"` // for who asks what may be done to the person
}

// Session is one signed-in browser of a person.
type Session struct {
	StartedAt string `json:"started_at" yaml:"started_at"`
	LastSeen  string `json:"last_seen" yaml:"last_seen"`
	ExpiresAt string `json:"expires_at" yaml:"expires_at"`
	SourceIP  string `json:"source_ip" yaml:"source_ip"`
	UserAgent string `json:"user_agent" yaml:"user_agent"`
}

// Link is a one-time link to set a password by. It is shown once.
type Link struct {
	URL       string `json:"url" yaml:"url"`
	ExpiresAt string `json:"expires_at" yaml:"expires_at"`
	Note      string `json:"note,omitempty" yaml:"note,omitempty"` // what the link is not good for, for who made it
}

// Import tells what an import of people did, or would do.
type Import struct {
	DryRun    bool        `json:"dry_run" yaml:"dry_run"`
	Created   int         `json:"created" yaml:"created"`
	Updated   int         `json:"updated" yaml:"updated"`
	Unchanged int         `json:"unchanged" yaml:"unchanged"`
	Failed    int         `json:"failed" yaml:"failed"`
	Later     int         `json:"later" yaml:"later"` // not reached in time
	Rows      []ImportRow `json:"rows" yaml:"rows"`

	Warnings []Warning `json:"warnings,omitempty" yaml:"warnings,omitempty"` // the people whose launch would be refused, of those whom it changed
}

// ImportRow is one line of an import.
type ImportRow struct {
	Line   int    `json:"line" yaml:"line"` // in the file, from 1
	Email  string `json:"email" yaml:"email"`
	Does   string `json:"does" yaml:"does"` // create, update, nothing, fail, or later for one that was not reached in time
	Detail string `json:"detail" yaml:"detail"`
}

// Instance is the state of the whole installation.
type Instance struct {
	Lockdown bool   `json:"lockdown" yaml:"lockdown"` // no connector opens for anybody
	URL      string `json:"url" yaml:"url"`
	Version  string `json:"version" yaml:"version"` // of the program
}

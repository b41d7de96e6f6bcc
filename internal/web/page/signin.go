package page

import "time"

// SignIn is the sign-in form: POST /signin with username, password and next.
type SignIn struct {
	Username   string        // kept from the last try
	Next       string        // where to go afterwards; the handler checks it, the page only carries it
	Error      string        // why the last try failed, as a sentence that tells nothing about the account; may be empty with RetryAfter
	Notice     string        // other news, such as "You are signed out."
	RetryAfter time.Duration // how long to wait after too many tries; also sent as Retry-After
}

func (p SignIn) view() (view, error) {
	return view{name: "signin", title: titled("Sign in", p.Refused()), policy: own(), script: true, retry: p.RetryAfter, data: p}, nil
}

// Refused reports whether the last try failed, for whatever reason.
func (p SignIn) Refused() bool { return p.Error != "" || p.RetryAfter > 0 }

// Setup is the form that makes the first owner: POST /setup with token, email
// and name. When PasswordLink is set it is done, and the page leads on.
type Setup struct {
	Token        string
	Email        string
	Name         string
	Errors       []FieldError
	PasswordLink string // path of the one-time link to set a password
}

func (p Setup) view() (view, error) {
	return view{name: "setup", title: titled("Set up Gatepost", len(p.Errors) > 0), policy: own(), data: p}, nil
}

// EmailError is what is wrong with the email, or empty.
func (p Setup) EmailError() string { return errorOf(p.Errors, "email") }

// NameError is what is wrong with the name, or empty.
func (p Setup) NameError() string { return errorOf(p.Errors, "name") }

// Password is the form that sets a password by a one-time link: POST /password
// with token, password and repeat.
type Password struct {
	Token   string
	Email   string // whose password it is; password managers want to know
	Least   int    // fewest characters a password may have; 0 says nothing about it
	Errors  []FieldError
	Welcome bool // the person's first password
}

func (p Password) view() (view, error) {
	return view{name: "password", title: titled("Set your password", len(p.Errors) > 0), policy: own(), script: true, data: p}, nil
}

// PasswordError is what is wrong with the password, or empty.
func (p Password) PasswordError() string { return errorOf(p.Errors, "password") }

// RepeatError is what is wrong with the repetition, or empty.
func (p Password) RepeatError() string { return errorOf(p.Errors, "repeat") }

// FieldError is what is wrong with one field of a form, as a sentence.
type FieldError struct {
	Field string // name of the field
	Text  string
}

func errorOf(errors []FieldError, field string) string {
	for _, e := range errors {
		if e.Field == field {
			return e.Text
		}
	}
	return ""
}

// titled puts "Error" into the title of a page that comes back with one: the
// title is the first thing a screen reader says.
func titled(title string, wrong bool) string {
	if wrong {
		return "Error: " + title
	}
	return title
}

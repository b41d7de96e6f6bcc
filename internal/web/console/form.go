package console

import (
	"cmp"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
)

// form is what a form shows: a value for each of its controls, what is wrong with
// them, and what somebody else saved meanwhile.
//
// A control has the name of its field in the API, such as roles[0].role_arn: that
// is how an [idp.Problem] finds it. A ticked box is "on", one that is not is "".
type form struct {
	Match    string            // the ETag that the administrator read; sent back
	Values   map[string]string // by name of control; a control that is not in here is not part of the form
	Problems idp.Problems
	Conflict *conflict
	Back     string // where the stored state is shown

	denied bool              // saving was refused by the policy, and the problems say why
	was    map[string]string // the values that the administrator read
}

// newForm is a form that shows what is stored, under its ETag.
func newForm(match string, values map[string]string, back string) form {
	return form{Match: match, Values: values, Back: back, was: values}
}

// unread is the match of a form that does not say what its sender read: nothing is
// ever of that version, so that it overwrites nothing.
const unread = "unread"

// posted is a form as it was sent: of its controls, those that empty names, with
// what was typed and ticked. back is where the stored state is shown.
func posted(fields map[string]string, controls []string, back string) form {
	f := form{Match: cmp.Or(fields["match"], unread), Values: make(map[string]string), Back: back}
	for _, name := range controls {
		f.Values[name] = strings.TrimSpace(strings.ReplaceAll(fields[name], "\r\n", "\n"))
	}
	err := json.Unmarshal([]byte(fields["was"]), &f.was)
	if err != nil {
		f.was = nil // then nothing is taken for untouched
	}
	return f
}

// Was is what the administrator read, for the form to send back: that is how one
// who saves second is told apart where they changed something and where not.
func (f form) Was() (string, error) {
	text, err := json.Marshal(f.was)
	return string(text), err
}

// refused takes an error of saving into the form, and reports whether it was one
// that the form can show: [idp.Problems] or a [*admin.Stale]. stored are the values
// of what is stored now, which [admin.Stale] brings.
func (f *form) refused(err error, stored func(current any) map[string]string) bool {
	var problems idp.Problems
	var stale *admin.Stale
	switch {
	case errors.As(err, &problems):
		f.Problems = problems
		return true
	case errors.As(err, &stale):
		f.meet(stale, stored(stale.Current))
		return true
	}
	return false
}

// deniedAt takes a refusal by the policy into the form, as a problem of what it was
// about, and reports whether it was one. Whoever may not use the form at all has been
// refused before they saw it.
func (f *form) deniedAt(field, value string, err error) bool {
	var denied *admin.Denied
	if !errors.As(err, &denied) || denied.Operation != admin.OpMember {
		return false
	}
	f.denied, f.Problems = true, idp.Problems{{Field: field, Value: value, Reason: denied.Why, Remedy: denied.Remedy}}
	return true
}

// status is that of the answer that shows the form.
func (f form) status() int {
	switch {
	case f.denied:
		return http.StatusForbidden
	case len(f.Problems) > 0:
		return http.StatusUnprocessableEntity
	case f.Conflict != nil:
		return http.StatusPreconditionFailed
	}
	return http.StatusOK
}

// Wrong reports whether the form came back with problems.
func (f form) Wrong() bool { return len(f.Problems) > 0 }

// title puts "Error" before the title of a page whose form came back: it is the
// first thing that a screen reader says.
func (f form) title(title string) string {
	if f.Wrong() || f.Conflict != nil {
		return "Error: " + title
	}
	return title
}

// Heading is that of the summary of problems.
func (f form) Heading() string {
	if len(f.Problems) == 1 {
		return "One thing has to be put right"
	}
	return "Some things have to be put right"
}

// fault is a problem in the summary above a form.
type fault struct {
	Anchor string // ID of the control; empty where the form has none
	Name   string
	Text   string
}

// Faults are the problems for the summary.
func (f form) Faults() []fault {
	list := make([]fault, 0, len(f.Problems))
	for _, p := range f.Problems {
		one := fault{Name: spell(p.Field), Text: p.Sentence()}
		_, ours := f.Values[p.Field]
		if ours {
			one.Anchor = p.Field
		} else if p.Value != "" {
			one.Name += " “" + p.Value + "”"
		}
		list = append(list, one)
	}
	return list
}

// names are the form's controls, sorted.
func (f form) names() []string { return slices.Sorted(maps.Keys(f.Values)) }

// problemsOf takes the problems out of an error, so that those of several checks
// can be told together.
func problemsOf(err error) (idp.Problems, error) {
	var problems idp.Problems
	if err == nil || errors.As(err, &problems) {
		return problems, nil
	}
	return nil, err
}

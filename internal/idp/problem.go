package idp

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Problem is one thing that is wrong with one field of an input.
type Problem struct {
	Field  string // path of the field, for example "roles[1].provider_arn"
	Value  string // what was given; empty for a secret or for a missing value
	Reason string // what is wrong with it, without a full stop
	Remedy string // what to write instead, without a full stop
}

// Error tells the problem in one line: field, value, reason, remedy.
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.Field)
	if p.Value != "" {
		fmt.Fprintf(&b, " %q", clip(p.Value))
	}
	b.WriteString(": " + p.Reason)
	if p.Remedy != "" {
		b.WriteString("; " + p.Remedy)
	}
	return b.String()
}

// Sentence tells reason and remedy as one sentence for the person who sees the
// field beside it.
func (p Problem) Sentence() string {
	text := p.Reason
	if p.Remedy != "" {
		text += "; " + p.Remedy
	}
	first, size := utf8.DecodeRuneInString(text)
	return string(unicode.ToUpper(first)) + text[size:] + "."
}

// Problems are all the faults found in one input. It is an error, so that a
// caller can return it and a face of the program can take it apart again with
// errors.As.
type Problems []Problem

// Error tells every problem, one a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
	}
	return strings.Join(lines, "\n")
}

// MaxProblems is how many problems are told at once. One more counts the others.
const MaxProblems = 50

// Err is nil when there are no problems: the way to return Problems as an error
// without returning a non-nil interface around nothing. Of more than [MaxProblems]
// it returns the first and how many there are: a text of faults alone must not be
// answered by forty times its size.
func (ps Problems) Err() error {
	if len(ps) == 0 {
		return nil
	}
	if len(ps) <= MaxProblems || len(ps) == MaxProblems+1 && ps[MaxProblems].more() {
		return ps
	}
	more := Problem{Reason: fmt.Sprintf(moreProblems, len(ps)-MaxProblems), Remedy: "mend these first"}
	return append(ps[:MaxProblems:MaxProblems], more)
}

// moreProblems is the reason of the problem that counts those that are not told.
const moreProblems = "there are %d more problems"

// more reports whether p counts others.
func (p Problem) more() bool { return p.Field == "" && p.Remedy == "mend these first" }

func (ps *Problems) add(field, value, reason, remedy string) {
	*ps = append(*ps, Problem{Field: field, Value: value, Reason: reason, Remedy: remedy})
}

// clip keeps a hostile value from flooding a page, a terminal or a log.
func clip(s string) string {
	const most = 120
	r := []rune(s[:min(len(s), (most+1)*utf8.UTFMax)])
	if len(r) <= most {
		return s
	}
	return string(r[:most]) + "…"
}

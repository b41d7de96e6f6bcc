package main

import (
	"bytes"
	"strings"
	"time"
)

// steps reads what apply tells of each step when it is done, and so learns how
// many there are of each kind and how long they take.
type steps struct {
	kinds []stepKind
	line  []byte // begun
	last  time.Time
	rest  bytes.Buffer // what is told besides
}

// stepKind are the steps of one kind, such as "add user".
type stepKind struct {
	Name    string  `json:"name"`
	Count   int     `json:"count"`
	Seconds float64 `json:"seconds"`
}

func newSteps() *steps { return &steps{last: time.Now()} }

// Write implements [io.Writer].
func (s *steps) Write(p []byte) (int, error) {
	s.line = append(s.line, p...)
	for {
		line, rest, found := bytes.Cut(s.line, []byte("\n"))
		if !found {
			return len(p), nil
		}
		s.take(string(line))
		s.line = rest
	}
}

func (s *steps) take(line string) {
	step, found := strings.CutPrefix(line, "done: ")
	if !found {
		s.rest.WriteString(line + "\n")
		return
	}
	now := time.Now()
	kind := s.kind(kindOf(step))
	kind.Count++
	kind.Seconds += now.Sub(s.last).Seconds()
	s.last = now
}

// end takes what came without the end of a line.
func (s *steps) end() {
	if len(s.line) > 0 {
		s.take(string(s.line))
	}
}

// kindOf is a step without the names in it: add "x" to group "y" is add … to group.
func kindOf(step string) string {
	var words []string
	for i, part := range strings.Split(step, `"`) {
		if part = strings.TrimSpace(part); i%2 == 0 && part != "" {
			words = append(words, part)
		}
	}
	return strings.Join(words, " … ")
}

func (s *steps) kind(name string) *stepKind {
	for i := range s.kinds {
		if s.kinds[i].Name == name {
			return &s.kinds[i]
		}
	}
	s.kinds = append(s.kinds, stepKind{Name: name})
	return &s.kinds[len(s.kinds)-1]
}

// all is how many steps there were.
func (s *steps) all() int {
	n := 0
	for _, kind := range s.kinds {
		n += kind.Count
	}
	return n
}

package sp

import (
	"maps"
	"slices"
	"testing"
)

// takesOnlyUnchanged demands that the judge accepts the response, and refuses
// each of the changed ones, which are named for what is wrong with them. The
// verdict on the good one is returned.
func (j Judge) takesOnlyUnchanged(t testing.TB, c Case, response string, changed map[string]string) Verdict {
	t.Helper()
	names := slices.Sorted(maps.Keys(changed))
	c.Responses = []string{response}
	for _, name := range names {
		c.Responses = append(c.Responses, changed[name])
	}
	verdicts := j.Hear(t, c)
	for i, name := range names {
		refused(t, name, verdicts[i+1])
	}
	good := verdicts[0]
	if !good.Accepted {
		t.Fatalf("it refuses the response: %s", good.Reason)
	}
	if good.NameID == "" {
		t.Error("it reads no NameID")
	}
	return good
}

// refuses demands that the judge refuses.
func (j Judge) refuses(t testing.TB, c Case, name, response string) {
	t.Helper()
	c.Responses = []string{response}
	refused(t, name, j.Hear(t, c)[0])
}

func refused(t testing.TB, name string, verdict Verdict) {
	t.Helper()
	if verdict.Accepted {
		t.Errorf("it takes the response with %s", name)
		return
	}
	t.Logf("refused with %s: %s", name, verdict.Reason)
}

// manner is what the judge makes of a value.
func (j Judge) manner(value string) string {
	if j.Reads == nil {
		return value
	}
	return j.Reads(value)
}

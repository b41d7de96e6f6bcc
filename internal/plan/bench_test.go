package plan_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/plan"
	"github.com/gatepost/gatepost/internal/resource"
)

// large is a file of 1,000 connectors, 200 groups and 10,000 people who are in ten
// groups each.
func large() string {
	var b strings.Builder
	b.WriteString("version: 1\nconnectors:\n")
	for i := range 1000 {
		fmt.Fprintf(&b, "- slug: c%d\n  active: true\n  groups: [g%d, g%d, g%d]\n  roles:\n", i, i%200, (i+70)%200, (i+140)%200)
		for j := range 5 {
			fmt.Fprintf(&b, "  - role_arn: arn:aws:iam::%012d:role/R%d\n    provider_arn: arn:aws:iam::%012d:saml-provider/G\n", i, j, i)
		}
	}
	b.WriteString("groups:\n")
	for g := range 200 {
		fmt.Fprintf(&b, "- name: g%d\n  members:\n", g)
		for i := range 500 {
			fmt.Fprintf(&b, "  - email: u%d@example.com\n", (g*53+i*19)%10000)
		}
	}
	b.WriteString("users:\n- {email: owner@example.com, admin_role: owner}\n" + lines(10000, "- email: u%d@example.com\n  name: User %d\n"))
	return b.String()
}

func BenchmarkRead(b *testing.B) {
	text := []byte(large())
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		_, err := plan.Read(text)
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(strings.Count(string(text), "\n")), "lines")
}

func BenchmarkDiff(b *testing.B) {
	full := read(b, large())
	s := newSite()
	state := s.load(b)
	p, err := plan.Diff(state, full, plan.Options{Now: noon})
	if err != nil {
		b.Fatal(err)
	}
	_, err = p.Apply(b.Context(), s, plan.ApplyOptions{})
	if err != nil {
		b.Fatal(err)
	}
	filled := s.load(b)
	half := filled
	half.Users = half.Users[:5000]
	closed := filled
	closed.Connectors = append([]resource.Connector{}, filled.Connectors...)
	for i := range closed.Connectors {
		closed.Connectors[i].Active = i%2 == 0
	}
	for _, c := range []struct {
		name  string
		state plan.State
	}{{"from-nothing", plan.State{}}, {"nothing-to-do", filled}, {"half-the-people", half}, {"half-the-connectors-closed", closed}} {
		b.Run(c.name, func(b *testing.B) {
			var text int
			var p *plan.Plan
			for b.Loop() {
				var err error
				p, err = plan.Diff(c.state, full, plan.Options{Now: noon})
				if err != nil {
					b.Fatal(err)
				}
				text = len(p.Text(plan.TextOptions{}))
			}
			b.ReportMetric(float64(len(p.Steps)), "steps")
			b.ReportMetric(float64(text), "text-bytes")
		})
	}
}

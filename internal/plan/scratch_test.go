package plan_test
import ("testing";"time";"fmt";"strings";"github.com/gatepost/gatepost/internal/plan")
func TestScratchReal(t *testing.T) {
	h := newHouse(t)
	text := large()
	text = strings.ReplaceAll(text, "  active: true\n", "  key: {source: uploaded}\n")
	f := read(t, text)
	at := time.Now()
	p, err := plan.Diff(h.look(t), f, plan.Options{Now: noon})
	if err != nil { t.Fatal(err) }
	_, err = p.Apply(t.Context(), h, plan.ApplyOptions{})
	if err != nil { t.Fatal(err) }
	fmt.Println("apply", len(p.Steps), time.Since(at))
	at = time.Now()
	s := h.look(t)
	fmt.Println("load", time.Since(at))
	at = time.Now()
	p, err = plan.Diff(s, f, plan.Options{Now: noon})
	fmt.Println("diff", len(p.Steps), err, time.Since(at))
}

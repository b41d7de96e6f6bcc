package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/plan"
)

func (p *program) applyCommand() *cobra.Command {
	var path string
	var dryRun, yes bool
	cmd := &cobra.Command{
		Use: "apply", Short: "Make what is stored as a file asks",
		Long: `Make what is stored as a file asks: show what that changes and who gains or loses
access by it, ask, and do it. Each thing is changed wholly or not at all, and only
while it is as the plan found it. A run that stopped is taken up by running it again.
A section that the file leaves out is left alone; what a section does not list is
destroyed.`,
		Example: `  gatepost apply -f gatepost.yaml
  gatepost apply -f gatepost.yaml --dry-run
  gatepost --server https://sso.example.com --iam apply -f gatepost.yaml --yes`,
		Args: cobra.NoArgs,
	}
	fileFlag(cmd, &path)
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "only show what would be done")
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	cmd.RunE = p.on(func(ctx context.Context, s *site, _ []string) error {
		wanted, err := p.plan(ctx, s, path)
		if err != nil {
			return err
		}
		if dryRun || wanted.Empty() {
			return p.showPlan(wanted)
		}
		err = p.agree(ctx, wanted, yes)
		if err != nil {
			return err
		}
		return p.apply(ctx, s, wanted)
	})
	return cmd
}

// agree shows a plan and asks. What programs read on standard output is the report
// alone, so that they have the plan beside it.
func (p *program) agree(ctx context.Context, wanted *plan.Plan, yes bool) error {
	w := p.out
	if p.output != formatTable {
		w = p.errs
	}
	_, err := io.WriteString(w, wanted.Text(plan.TextOptions{Color: colored(w)}))
	if err != nil {
		return err
	}
	return p.confirm(ctx, "This is what will be done.", "yes", yes)
}

func (p *program) apply(ctx context.Context, s *site, wanted *plan.Plan) error {
	var told error
	report, failed := wanted.Apply(ctx, client.Site{Client: s.Client}, plan.ApplyOptions{Now: time.Now, Done: func(step plan.Step) {
		told = errors.Join(told, p.note("done: %s", step))
	}})
	n := wanted.Count()
	switch {
	case p.output != formatTable:
		told = errors.Join(told, p.encode(report))
	case failed == nil:
		told = errors.Join(told, p.say("Done: %d added, %d changed, %d destroyed.", n.Add, n.Change, n.Destroy))
	}
	if failed != nil {
		return stopped(report, failed)
	}
	return told
}

// stopped is an error that says how far applying got.
func stopped(report plan.Report, failed error) error {
	hint := "what is done stays done; run apply again to plan anew and go on"
	if !errors.Is(failed, plan.ErrMoved) {
		_, own := explain(failed)
		if own != "" {
			hint = own + "; " + hint
		}
	}
	text, _ := explain(failed)
	return &hintedError{fmt.Errorf("%d of %d steps are done, then: %s", len(report.Done), len(report.Done)+len(report.Remaining), text), hint}
}

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

// errWouldFail says that a person would not get in.
var errWouldFail = errors.New("the sign-in would fail")

func (p *program) connectorTest() *cobra.Command {
	var email string
	cmd := &cobra.Command{
		Use: "test SLUG", Short: "Tell what would happen if a person opened a connector now",
		Long: `Tell what would happen if a person opened a connector now: which roles, by which
groups, and what AWS would say of the response. Nobody is signed in: the response is
signed with a key made for the test. Exit code 1 means that the sign-in would fail.`,
		Example: "  gatepost connector test aws-a --user alice@example.com\n  gatepost connector test aws-a --user alice@example.com -o json",
		Args:    cobra.ExactArgs(1), ValidArgsFunction: p.complete(slugs),
	}
	cmd.Flags().StringVar(&email, "user", "", "email of the person")
	required(cmd, "user")
	cmd.RunE = p.on(func(ctx context.Context, s *site, args []string) error {
		result, err := s.Test(ctx, args[0], idp.NormalEmail(email))
		if err != nil {
			return err
		}
		err = p.show(result, testRows(result))
		switch {
		case err != nil:
			return err
		case !result.Granted:
			return &hintedError{fmt.Errorf("%w: %s", errWouldFail, result.Reason), "gatepost connector access " + args[0] + " lists who gets in"}
		case !result.Accepted:
			return fmt.Errorf("%w: AWS would refuse the response", errWouldFail)
		}
		return nil
	})
	return cmd
}

func testRows(result resource.Test) [][]string {
	rows := [][]string{{"person", result.Email}, {"granted", yesNo(result.Granted)}}
	if result.Reason != "" {
		rows = append(rows, []string{"reason", result.Reason})
	}
	for _, role := range result.Roles {
		verdict := "AWS would accept it"
		if !role.Accepted {
			verdict = "AWS would refuse it"
		}
		rows = append(rows,
			[]string{"role", role.RoleARN}, []string{"  by group", strings.Join(role.Groups, ", ")},
			[]string{"  session name", role.SessionName}, []string{"  session until", role.ExpiresAt}, []string{"  access until", orNoEnd(role.Until)}, []string{"  verdict", verdict},
		)
		for _, f := range role.Findings {
			rows = append(rows, []string{"  AWS says", f.Says}, []string{"  because", f.Cause}, []string{"  remedy", f.Remedy})
		}
		for _, w := range role.Warnings {
			rows = append(rows, []string{"  AWS may say", w.Says}, []string{"  because", w.Cause}, []string{"  remedy", w.Remedy})
		}
	}
	return rows
}

func orNoEnd(stamp string) string {
	if stamp == "" {
		return "no end"
	}
	return stamp
}

package main

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/resource"
)

func (p *program) tokenCommand() *cobra.Command {
	cmd := family("token", "Tokens of the config API, for programs")
	cmd.AddCommand(p.tokenCreate(), p.tokenList(), p.tokenRevoke())
	return cmd
}

func (p *program) tokenCreate() *cobra.Command {
	var in resource.TokenRequest
	var life time.Duration
	cmd := &cobra.Command{
		Use: "create", Short: "Make a token and print it, once",
		Long: `Make a token and print it, once. It may do what its owner may, or less, and ends
after at most 12 hours. On an open store --user says whose it is; with --server it is
yours.`,
		Example: "  gatepost token create --name ci --scope write --for 1h\n  GATEPOST_TOKEN=$(gatepost token create --name ci --user admin@example.com)",
		Args:    cobra.NoArgs,
	}
	cmd.Flags().StringVar(&in.Name, "name", "", "what the token is for")
	cmd.Flags().StringVar(&in.Scope, "scope", "read", "read or write")
	cmd.Flags().DurationVar(&life, "for", time.Hour, "how long it lives, 1m to 12h")
	cmd.Flags().StringVar(&in.User, "user", "", "email of the administrator whose token it is; on an open store only")
	required(cmd, "name")
	cmd.RunE = p.on(func(ctx context.Context, s *site, _ []string) error {
		switch {
		case s.local == nil && in.User != "":
			return &usageError{"with --server a token is made for whoever asks", "leave --user out"}
		case s.local != nil && in.User == "":
			return &usageError{"whose token is it?", "give --user EMAIL of an administrator"}
		}
		in.User, in.Lifetime = idp.NormalEmail(in.User), life.String()
		made, err := s.CreateToken(ctx, in)
		if err != nil {
			return err
		}
		err = p.tell(made, "%s", made.Secret)
		if err != nil {
			return err
		}
		return p.note("it may %s until %s and is not shown again", made.Scope, made.ExpiresAt)
	})
	return cmd
}

func (p *program) tokenList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the tokens that live: yours, or as an owner everybody's", Example: "  gatepost token list", Args: cobra.NoArgs,
		RunE: p.on(func(ctx context.Context, s *site, _ []string) error {
			tokens, err := client.Collect(s.Tokens(ctx))
			if err != nil {
				return err
			}
			return p.show(tokens, tableOf([]string{"ID", "NAME", "OWNER", "SCOPE", "UNTIL", "LAST USED"}, tokens, func(t resource.Token) []string {
				return []string{t.ID, t.Name, t.Owner, t.Scope, t.ExpiresAt, t.LastUsed}
			}))
		}),
	}
}

func (p *program) tokenRevoke() *cobra.Command {
	return &cobra.Command{
		Use: "revoke ID", Short: "End a token at once", Example: "  gatepost token revoke t_0123456789abcdef", Args: cobra.ExactArgs(1),
		RunE: p.on(func(ctx context.Context, s *site, args []string) error {
			return p.done(s.RevokeToken(ctx, args[0]), "the token is revoked")
		}),
	}
}

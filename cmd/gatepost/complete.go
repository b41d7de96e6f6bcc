package main

import (
	"context"
	"iter"
	"time"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/client"
	"github.com/gatepost/gatepost/internal/resource"
)

// completionTime is how long a shell waits for names; a completion that is late
// is no help.
const completionTime = 2 * time.Second

// most is how many names a completion brings: one page.
const most = 100

// names are the names of one kind that begin with a prefix.
type names func(context.Context, *site, string) ([]string, error)

// complete completes each argument of a command by names of a kind. Where no
// installation can be reached, there is nothing to complete.
func (p *program) complete(kinds ...names) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, prefix string) ([]string, cobra.ShellCompDirective) {
		if len(args) >= len(kinds) {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		ctx, stop := context.WithTimeout(cmd.Context(), completionTime)
		defer stop()
		err := p.begin(cmd)
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		s, err := p.open(ctx)
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		found, err := kinds[len(args)](ctx, s, prefix)
		closing := s.close()
		if err != nil || closing != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		return found, cobra.ShellCompDirectiveNoFileComp
	}
}

func slugs(ctx context.Context, s *site, prefix string) ([]string, error) {
	return first(s.Connectors(ctx, client.List{Prefix: prefix}), func(c resource.Connector) string { return c.Slug })
}

func groups(ctx context.Context, s *site, prefix string) ([]string, error) {
	return first(s.Groups(ctx, client.List{Prefix: prefix}), func(g resource.Group) string { return g.Name })
}

func emails(ctx context.Context, s *site, prefix string) ([]string, error) {
	return first(s.Users(ctx, client.List{Prefix: prefix}), func(u resource.User) string { return u.Email })
}

func first[T any](list iter.Seq2[T, error], name func(T) string) ([]string, error) {
	var found []string
	for item, err := range list {
		if err != nil || len(found) == most {
			return found, err
		}
		found = append(found, name(item))
	}
	return found, nil
}

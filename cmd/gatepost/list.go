package main

import (
	"context"
	"iter"
	"strings"

	"github.com/spf13/cobra"

	"github.com/gatepost/gatepost/internal/client"
)

// listing is a command that lists things of one kind.
type listing[T any] struct {
	short, example string
	heading        []string
	all            func(*site, context.Context, client.List) iter.Seq2[T, error]
	row            func(T) []string
	shape          func(T) any // as the API shows it, where T does not tell; or nil
}

func (l listing[T]) command(p *program) *cobra.Command {
	var search string
	cmd := &cobra.Command{Use: "list [PREFIX]", Short: l.short, Example: l.example, Args: cobra.MaximumNArgs(1)}
	cmd.Flags().StringVar(&search, "search", "", "list only what contains this, in any case")
	cmd.RunE = p.on(func(ctx context.Context, s *site, args []string) error {
		items, err := client.Collect(l.all(s, ctx, client.List{Prefix: strings.Join(args, ""), Search: search}))
		if err != nil {
			return err
		}
		return p.show(l.shapes(items), tableOf(l.heading, items, l.row))
	})
	return cmd
}

func (l listing[T]) shapes(items []T) any {
	if l.shape == nil {
		return items
	}
	shapes := make([]any, 0, len(items))
	for _, item := range items {
		shapes = append(shapes, l.shape(item))
	}
	return shapes
}

func tableOf[T any](heading []string, items []T, row func(T) []string) [][]string {
	rows := [][]string{heading}
	for _, item := range items {
		rows = append(rows, row(item))
	}
	return rows
}

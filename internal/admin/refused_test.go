package admin_test

import (
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/admin"
	"github.com/gatepost/gatepost/internal/idp"
)

// Who would be refused by AWS is told where one looks for who gets in.
func TestAccessTellsWhomAWSWouldRefuse(t *testing.T) {
	d := newOffice(t)
	ctx := t.Context()
	const odd = "o'brien@example.com"
	for _, email := range []string{odd, bob} {
		d.must(d.CreateUser(ctx, owner, admin.NewUser{Email: email}))
		d.must(nil, d.AddMember(ctx, owner, "open", email, time.Time{}))
	}
	ways, err := d.as(idp.AdminViewer).Access(ctx, "aws-a")
	d.must(nil, err)
	if len(ways) != 2 || ways[0].Email != bob || ways[0].Reason != "" || ways[1].Reason == "" {
		t.Errorf("access is %+v", ways)
	}
}

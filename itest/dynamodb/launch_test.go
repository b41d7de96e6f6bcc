package dynamodb

import (
	"context"
	"errors"
	"log/slog"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/file"
	"github.com/gatepost/gatepost/internal/sso"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/itest/fault"
)

// TestALaunchIsOneReadAndOneWriteOnTheWire counts the requests that leave
// the process.
func TestALaunchIsOneReadAndOneWriteOnTheWire(t *testing.T) {
	onEach(t, long, long, func(d day) {
		service, request := d.launchable()
		d.proxy.Forget()
		_, err := launch(d.Context(), service, request)
		d.must(err)
		if got := d.proxy.Calls(); !slices.Equal(got, []string{"TransactGetItems", "PutItem"}) {
			d.Errorf("the calls are %q, want one TransactGetItems and one PutItem", got)
		}
	})
}

func TestNoResponseLeavesWithoutItsEvent(t *testing.T) {
	faults := map[string]fault.Fault{
		"is too slow": fault.Hang(), "loses every answer": fault.Lose(), "throttles the table": fault.ThrottleTable(), "cuts every answer short": fault.Cut(),
	}
	for _, operation := range []string{"PutItem", "TransactGetItems"} {
		for name, f := range faults {
			t.Run("when the service for "+operation+" "+name, func(t *testing.T) {
				t.Parallel()
				onEach(t, patience, short, func(d day) {
					service, request := d.launchable()
					d.proxy.Always(operation, f)
					issued, err := launch(d.Context(), service, request)
					if issued != nil || !errors.Is(err, sso.ErrUnavailable) {
						d.Errorf("got %v, %v; want nothing issued, and unavailable", issued, err)
					}
				})
			})
		}
	}
}

func launch(ctx context.Context, service *sso.Service, request sso.Request) (*sso.Issued, error) {
	l, err := service.Open(ctx, request)
	if err != nil {
		return nil, err
	}
	return service.Issue(ctx, l, "")
}

// launchable is the launch service over the proxy, and a request that it grants.
// What it needs is stored past the proxy.
func (d day) launchable() (*sso.Service, sso.Request) {
	d.Helper()
	ctx, s := d.Context(), store.New(d.direct, time.Now)
	group := &idp.Group{ID: "g_a", Name: "SSO-AWS-A"}
	user := &idp.User{ID: "u_alice", Email: "alice@example.com", NameID: "n_alice", Active: true}
	session := &idp.Session{
		ID: "s", Hash: "h", UserID: user.ID, Methods: []idp.Method{idp.MethodPassword},
		AuthTime: time.Now(), LastSeen: time.Now(), ExpiresAt: time.Now().Add(time.Hour),
	}
	d.must(s.CreateGroup(ctx, group, did()))
	d.must(s.CreateUser(ctx, user, did()))
	d.must(s.AddMember(ctx, user.ID, group.ID, time.Time{}, did()))
	d.must(s.CreateConnector(ctx, connector(), did()))
	d.must(s.Grant(ctx, "aws-a", group.ID, did(), nil))
	d.must(s.PutSession(ctx, session, did()))
	custody, err := file.Open(filepath.Join(d.TempDir(), "keys"))
	d.must(err)
	d.Cleanup(func() { _ = custody.Close() })
	keeper := &keys.Keeper{
		Custodians: map[idp.Custody]keys.Custodian{idp.CustodyFile: custody},
		Default:    idp.CustodyFile, Uploads: idp.CustodyFile, Store: s, Now: time.Now,
	}
	_, err = keeper.Create(ctx, "aws-a", "", did())
	d.must(err)
	return &sso.Service{
		Store: store.New(d.Tables, time.Now), Keys: keeper, Now: time.Now, Budget: long, TLS: true, Log: slog.New(slog.DiscardHandler),
	}, sso.Request{Ticket: idp.Ticket{UserID: user.ID, SessionID: session.ID, Hash: session.Hash}, Slug: "aws-a"}
}

func did() idp.Event {
	return idp.Event{Actor: "test", Action: idp.ActionConnectorUpdate, Outcome: idp.OutcomeDone}
}

func connector() *idp.Connector {
	return &idp.Connector{
		ID: "c_a", Slug: "aws-a", Kind: idp.KindAWS, Label: "AWS A", Active: true, Shown: true,
		EntityID: "https://sso.example.com/metadata/aws-a", Partition: "aws",
		Roles:      []idp.Role{{RoleARN: "arn:aws:iam::111122223333:role/SAML-User", ProviderARN: "arn:aws:iam::111122223333:saml-provider/Gatepost"}},
		Attributes: []idp.AttributeRule{{Name: "RoleSessionName", Value: "${user.email}"}},
	}
}

package lambda

import (
	"slices"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
)

func TestALaunchIsOneBatchReadOneWriteAndOneSignature(t *testing.T) {
	for custody, want := range map[idp.Custody][][]string{
		idp.CustodyKMS:     {{"Sign"}, {"Sign"}},
		idp.CustodySecrets: {{"GetSecretValue"}, nil}, // the second finds the key in memory
	} {
		t.Run("with keys in "+string(custody), func(t *testing.T) {
			s := newStage(t, kumo(t), custody)
			p := s.signIn(alice)
			for i, wantKeys := range want {
				s.tables.Forget()
				s.keys.Forget()
				p.Launch(t, "aws-a")
				tables, keys := s.tables.Calls(), s.keys.Calls()
				if !slices.Equal(tables, []string{"TransactGetItems", "PutItem"}) || !slices.Equal(keys, wantKeys) {
					t.Errorf("launch %d makes the calls %q and %q", i+1, tables, keys)
				}
			}
		})
	}
}

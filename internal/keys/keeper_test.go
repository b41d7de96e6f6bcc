package keys_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/keys/file"
	"github.com/gatepost/gatepost/internal/keys/keystest"
	"github.com/gatepost/gatepost/internal/store"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

var _ keys.Store = (*store.Store)(nil)

// memory is a store of keys that can be told to fail.
type memory struct {
	keys   map[string]*idp.Key
	events []idp.Event

	failPut error // what PutKey returns
	stored  bool  // whether the write that failed happened all the same
	failKey error // what Key returns once PutKey was called
	put     bool
}

func (m *memory) Key(_ context.Context, slug string) (*idp.Key, error) {
	if m.put && m.failKey != nil {
		return nil, m.failKey
	}
	key, found := m.keys[slug]
	if !found {
		return nil, store.ErrNotFound
	}
	clone := *key
	return &clone, nil
}

func (m *memory) PutKey(_ context.Context, key *idp.Key, event idp.Event) error {
	m.put = true
	if m.failPut != nil && !m.stored {
		return m.failPut
	}
	clone := *key
	m.keys[key.Slug] = &clone
	m.events = append(m.events, event)
	return m.failPut
}

func (m *memory) DeleteKey(_ context.Context, key *idp.Key, event idp.Event) error {
	if m.failPut != nil {
		return m.failPut
	}
	delete(m.keys, key.Slug)
	m.events = append(m.events, event)
	return nil
}

type fixture struct {
	*keys.Keeper
	store   *memory
	custody *file.Custody
	folder  string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{store: &memory{keys: map[string]*idp.Key{}}, folder: filepath.Join(t.TempDir(), "keys")}
	custody, err := file.Open(f.folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := custody.Close()
		if err != nil {
			t.Error(err)
		}
	})
	f.custody = custody
	f.Keeper = &keys.Keeper{
		Custodians: map[idp.Custody]keys.Custodian{idp.CustodyFile: keystest.Ready(custody)},
		Default:    idp.CustodyFile,
		Uploads:    idp.CustodyFile,
		Store:      f.store,
		Now:        func() time.Time { return noon },
	}
	return f
}

func (f *fixture) mustHaveFiles(t *testing.T, want int) {
	t.Helper()
	entries, err := os.ReadDir(f.folder)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != want {
		t.Errorf("%d private keys are in custody, want %d", len(entries), want)
	}
}

func (f *fixture) mustSign(t *testing.T, key *idp.Key) {
	t.Helper()
	cert, pub, err := keys.Certificate(key.Current)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := f.custody.Signer(t.Context(), key.Current.Ref, pub)
	if err != nil {
		t.Fatal(err)
	}
	err = keys.Check(signer, cert)
	if err != nil {
		t.Error(err)
	}
}

// pair is a private key and a certificate for it, in PEM.
func pair(t *testing.T) ([]byte, []byte) {
	t.Helper()
	return keystest.Pair(t, noon)
}

func TestCreateMakesAKeyThatSigns(t *testing.T) {
	f := newFixture(t)
	key, err := f.Create(t.Context(), "aws-a", "", idp.Event{Actor: "admin@example.com", Action: idp.ActionKeyCreate})
	if err != nil {
		t.Fatal(err)
	}
	if key.Slug != "aws-a" || key.Custody != idp.CustodyFile || key.Source != idp.SourceGenerated || key.State != idp.KeyReady || !key.CreatedAt.Equal(noon) {
		t.Errorf("got %+v", key)
	}
	f.mustSign(t, f.store.keys["aws-a"])
	f.mustHaveFiles(t, 1)
	event := f.store.events[0]
	if event.Actor != "admin@example.com" || event.After["fingerprint"] != key.Current.Fingerprint || event.After["custody"] != "file" {
		t.Errorf("event %+v", event)
	}
}

func TestCreateLeavesAnExistingKeyAlone(t *testing.T) {
	f := newFixture(t)
	first, err := f.Create(t.Context(), "aws-a", "", idp.Event{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.Create(t.Context(), "aws-a", "", idp.Event{})
	if !errors.Is(err, store.ErrExists) {
		t.Errorf("got %v", err)
	}
	f.mustSign(t, first)
	f.mustHaveFiles(t, 1)
}

func TestUploadReplacesTheKeyAndRemovesTheOldOne(t *testing.T) {
	f := newFixture(t)
	old, err := f.Create(t.Context(), "aws-a", "", idp.Event{})
	if err != nil {
		t.Fatal(err)
	}
	private, cert := pair(t)
	key, err := f.Upload(t.Context(), "aws-a", private, cert, idp.Event{})
	if err != nil {
		t.Fatal(err)
	}
	if key.Source != idp.SourceUploaded || key.Current.Ref == old.Current.Ref || !key.CreatedAt.Equal(old.CreatedAt) {
		t.Errorf("got %+v", key)
	}
	f.mustSign(t, f.store.keys["aws-a"])
	f.mustHaveFiles(t, 1)
	if f.store.events[1].Before["fingerprint"] != old.Current.Fingerprint {
		t.Errorf("event %+v", f.store.events[1])
	}
}

func TestUploadRefusesBadInputBeforeAnythingIsKept(t *testing.T) {
	f := newFixture(t)
	private, _ := pair(t)
	_, cert := pair(t)
	_, err := f.Upload(t.Context(), "aws-a", private, cert, idp.Event{})
	var problems idp.Problems
	if !errors.As(err, &problems) {
		t.Errorf("got %v", err)
	}
	f.mustHaveFiles(t, 0)
}

func TestAStoreThatRefusesLeavesNoPrivateKeyBehind(t *testing.T) {
	for _, refusal := range []error{store.ErrKeyInUse, store.ErrStale, store.ErrExists, errors.New("unheard of")} {
		t.Run(refusal.Error(), func(t *testing.T) {
			f := newFixture(t)
			f.store.failPut = refusal
			_, err := f.Create(t.Context(), "aws-a", "", idp.Event{})
			if err == nil {
				t.Error("created")
			}
			private, cert := pair(t)
			_, err = f.Upload(t.Context(), "aws-b", private, cert, idp.Event{})
			var problems idp.Problems
			if inUse := errors.Is(refusal, store.ErrKeyInUse); errors.As(err, &problems) != inUse || !inUse && !errors.Is(err, refusal) {
				t.Errorf("got %v", err)
			}
			f.mustHaveFiles(t, 0)
		})
	}
}

func TestAWriteWhoseAnswerWasLostIsLookedUp(t *testing.T) {
	lost := errors.Join(store.ErrUnavailable, context.DeadlineExceeded)
	tests := []struct {
		name    string
		stored  bool
		failKey error
		works   bool
		files   int
	}{
		{"it happened", true, nil, true, 1},
		{"it did not happen", false, nil, false, 0},
		{"nobody can tell: the private half stays", true, store.ErrUnavailable, false, 1},
		{"nobody can tell, and it did not happen", false, store.ErrUnavailable, false, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			f := newFixture(t)
			f.store.failPut, f.store.stored, f.store.failKey = lost, test.stored, test.failKey
			key, err := f.Create(t.Context(), "aws-a", "", idp.Event{})
			if (err == nil) != test.works || (key != nil) != test.works {
				t.Errorf("got %v, %v", key, err)
			}
			if !test.works && !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("got %v", err)
			}
			f.mustHaveFiles(t, test.files)
		})
	}
}

func TestDeleteRemovesBothHalvesAndCanBeRepeated(t *testing.T) {
	f := newFixture(t)
	_, err := f.Create(t.Context(), "aws-a", "", idp.Event{})
	if err != nil {
		t.Fatal(err)
	}
	f.store.failPut = store.ErrUnavailable
	err = f.Delete(t.Context(), "aws-a", idp.Event{})
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	f.store.failPut = nil
	err = f.Delete(t.Context(), "aws-a", idp.Event{})
	if err != nil {
		t.Error(err)
	}
	f.mustHaveFiles(t, 0)
	err = f.Delete(t.Context(), "aws-a", idp.Event{})
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestSignerSignsUnderTheCurrentCertificateAlone(t *testing.T) {
	f := newFixture(t)
	a, err := f.Create(t.Context(), "aws-a", "", idp.Event{})
	if err != nil {
		t.Fatal(err)
	}
	b, err := f.Create(t.Context(), "aws-b", "", idp.Event{})
	if err != nil {
		t.Fatal(err)
	}
	cert, _, err := keys.Certificate(a.Current)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := f.Signer(t.Context(), a, cert)
	if err != nil {
		t.Fatal(err)
	}
	err = keys.Check(signer, cert)
	if err != nil {
		t.Error(err)
	}
	_, err = f.Signer(t.Context(), b, cert)
	if !errors.Is(err, keys.ErrMismatch) {
		t.Errorf("another connector's certificate: got %v", err)
	}
	a.Custody = idp.CustodyKMS
	_, err = f.Signer(t.Context(), a, cert)
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("a custody that is not set up: got %v", err)
	}
}

// bent is a custody whose keys sign wrongly, or which cannot delete.
type bent struct {
	*file.Custody
	wrong      bool
	failDelete error
}

func (b bent) Signer(ctx context.Context, ref string, pub *rsa.PublicKey) (crypto.Signer, error) {
	if !b.wrong {
		return b.Custody.Signer(ctx, ref, pub)
	}
	return keys.Bind(ctx, pub, func(context.Context, []byte) ([]byte, error) { return make([]byte, 256), nil }), nil
}

func (b bent) Delete(ctx context.Context, ref string) error {
	if b.failDelete != nil {
		return b.failDelete
	}
	return b.Custody.Delete(ctx, ref)
}

func TestAKeyThatSignsWronglyIsNotTaken(t *testing.T) {
	f := newFixture(t)
	f.Custodians[idp.CustodyFile] = bent{Custody: f.custody, wrong: true}
	private, cert := pair(t)
	_, err := f.Upload(t.Context(), "aws-a", private, cert, idp.Event{})
	if !errors.Is(err, keys.ErrMismatch) {
		t.Errorf("got %v", err)
	}
	if len(f.store.keys) != 0 {
		t.Error("the key is in the store")
	}
	f.mustHaveFiles(t, 0)
}

func TestAnOldKeyThatCannotBeRemovedIsTold(t *testing.T) {
	f := newFixture(t)
	_, err := f.Create(t.Context(), "aws-a", "", idp.Event{})
	if err != nil {
		t.Fatal(err)
	}
	f.Custodians[idp.CustodyFile] = bent{Custody: f.custody, failDelete: keys.ErrUnavailable}
	private, cert := pair(t)
	key, err := f.Upload(t.Context(), "aws-a", private, cert, idp.Event{})
	if key == nil || !errors.Is(err, keys.ErrLeftover) || !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v, %v", key, err)
	}
	f.mustHaveFiles(t, 2)
}

func TestACustodyThatIsNotSetUpIsUnavailable(t *testing.T) {
	f := newFixture(t)
	f.Default, f.Uploads = idp.CustodyKMS, idp.CustodySecrets
	_, err := f.Create(t.Context(), "aws-a", "", idp.Event{})
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	private, cert := pair(t)
	_, err = f.Upload(t.Context(), "aws-a", private, cert, idp.Event{})
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
}

func TestACustodyThatIsAskedForIsHadOrRefused(t *testing.T) {
	f := newFixture(t)
	var problems idp.Problems
	_, err := f.Create(t.Context(), "aws-a", idp.CustodyKMS, idp.Event{})
	if !errors.As(err, &problems) || problems[0].Field != "key.custody" || !strings.Contains(problems[0].Remedy, "file") {
		t.Errorf("got %v", err)
	}
	f.mustHaveFiles(t, 0)
	f.Default = idp.CustodyKMS
	key, err := f.Create(t.Context(), "aws-a", idp.CustodyFile, idp.Event{})
	if err != nil || key.Custody != idp.CustodyFile {
		t.Errorf("got %v, %v", key, err)
	}
}

func TestARequestThatEndsMidwayIsTidiedUp(t *testing.T) {
	f := newFixture(t)
	ctx, cancel := context.WithCancel(t.Context())
	f.store.failPut = errors.Join(store.ErrUnavailable, context.Canceled)
	f.Now = func() time.Time { cancel(); return noon } // ends after the key was made
	_, err := f.Create(ctx, "aws-a", "", idp.Event{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	f.mustHaveFiles(t, 0)
}

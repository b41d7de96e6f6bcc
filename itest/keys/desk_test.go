package keys

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gatepost/gatepost/internal/idp"
	"github.com/gatepost/gatepost/internal/keys"
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/itest/fault"
)

func TestAKeyIsMadeThroughLambdaAndRemoved(t *testing.T) {
	o := openOffice(t)
	key, err := o.client.Create(t.Context(), "aws-a", "", event())
	must(t, err)
	if key.Custody != idp.CustodyKMS || key.State != idp.KeyReady {
		t.Errorf("made %+v", key)
	}
	stored, err := o.store.Key(t.Context(), "aws-a")
	must(t, err)
	if !reflect.DeepEqual(key, stored) {
		t.Errorf("the client has\n%+v, the store\n%+v", key, stored)
	}
	want := []string{"CreateKey", "GetPublicKey", "Sign", "Sign"} // the certificate, the trial
	if calls := o.aws.Calls(); !slices.Equal(calls, want) {
		t.Errorf("called %v, want %v", calls, want)
	}
	must(t, o.client.Delete(t.Context(), "aws-a", event()))
	_, err = o.store.Key(t.Context(), "aws-a")
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

func TestAnUploadIsTakenThroughLambdaByteForByte(t *testing.T) {
	o := openOffice(t)
	privateKey, certificate := pair(t)
	key, err := o.client.Upload(t.Context(), "aws-a", bytes.ReplaceAll(privateKey, []byte("\n"), []byte("\r\n")), certificate, event())
	must(t, err)
	if key.Source != idp.SourceUploaded || key.Custody != idp.CustodySecrets || !bytes.Equal(keys.CertificatePEM(key.Current.DER), certificate) {
		t.Errorf("got %+v", key)
	}
	_, err = o.client.Upload(t.Context(), "aws-b", privateKey, certificate, event())
	mustBeProblem(t, err, "private_key", "in use by another connector")
}

func mustBeProblem(t *testing.T, err error, field, reason string) {
	t.Helper()
	var problems idp.Problems
	if !errors.As(err, &problems) || problems[0].Field != field || !strings.Contains(problems[0].Reason, reason) {
		t.Errorf("got %#v, want %s: %s", err, field, reason)
	}
}

func TestBadUploadsAreToldAsIfTheFunctionWereHere(t *testing.T) {
	o := openOffice(t)
	privateKey, certificate := pair(t)
	_, otherCertificate := pair(t)
	for _, test := range []struct {
		name      string
		key, cert []byte
		field     string
		reason    string
	}{
		{"no key", nil, certificate, "private_key", "is missing"},
		{"a key in DER", []byte{0x30, 0x82, 0xff, 0xfe, 0x00, 0x01}, certificate, "private_key", "not PEM"},
		{"a key that is too long", bytes.Repeat([]byte{0xff, 'x'}, 20*keys.MaxUpload), certificate, "private_key", "longer than"},
		{"a certificate of another key", privateKey, otherCertificate, "certificate", ""},
	} {
		_, err := o.client.Upload(t.Context(), "aws-a", test.key, test.cert, event())
		mustBeProblem(t, err, test.field, test.reason)
		_, _, here := keys.ParseUpload(test.key, test.cert, noon)
		if err == nil || err.Error() != here.Error() {
			t.Errorf("%s: there: %v\nhere: %v", test.name, err, here)
		}
	}
}

func TestWhoAskedIsNotedAndWhatWasDone(t *testing.T) {
	o := openOffice(t)
	asked := event()
	asked.UserAgent = "browser \xff"
	_, err := o.client.Create(t.Context(), "aws-a", "", asked)
	must(t, err)
	events, _, err := o.store.Events(t.Context(), store.EventFilter{Since: noon.AddDate(0, 0, -1), Until: noon.AddDate(0, 0, 1), Limit: 100})
	must(t, err)
	i := slices.IndexFunc(events, func(e idp.Event) bool { return e.ID == asked.ID })
	if i < 0 {
		t.Fatalf("not noted, but %+v", events)
	}
	found, want := events[i], asked
	want.UserAgent = "browser \uFFFD"
	want.At, want.Action, want.Target, want.Connector, want.Outcome = noon, idp.ActionKeyCreate, "aws-a", "aws-a", idp.OutcomeDone
	want.After = found.After
	if !reflect.DeepEqual(found, want) || found.After["custody"] != "kms" {
		t.Errorf("noted\n%+v, want\n%+v", found, want)
	}
}

func TestErrorsAreThemselvesAgainAtTheClient(t *testing.T) {
	o := openOffice(t)
	_, err := o.client.Create(t.Context(), "aws-a", "", event())
	must(t, err)
	_, err = o.client.Create(t.Context(), "aws-a", "", event())
	mustBe(t, err, store.ErrExists)
	mustBe(t, o.client.Delete(t.Context(), "aws-b", event()), store.ErrNotFound)
	_, err = o.client.Create(t.Context(), "nobody", "", event())
	mustBe(t, err, store.ErrNotFound)
	privateKey, certificate := pair(t)

	o.keeper.Uploads = idp.CustodyKMS
	_, err = o.client.Upload(t.Context(), "aws-b", privateKey, certificate, event())
	mustBe(t, err, keys.ErrNoImport)
	o.keeper.Uploads = idp.CustodySecrets

	o.aws.Always("ScheduleKeyDeletion", refused(400, "AccessDeniedException", "no"))
	key, err := o.client.Upload(t.Context(), "aws-a", privateKey, certificate, event())
	mustBe(t, err, keys.ErrLeftover)
	if key == nil || key.Source != idp.SourceUploaded {
		t.Errorf("no key beside the error: %+v", key)
	}
}

func mustBe(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func TestAKeyServiceThatIsDownIsUnavailableToThoseWhoAsk(t *testing.T) {
	o := openOffice(t)
	o.aws.Always(fault.Any, fault.Throttle())
	_, err := o.client.Create(t.Context(), "aws-a", "", event())
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	o.aws.Heal()
	_, err = o.client.Create(t.Context(), "aws-a", "", event())
	must(t, err)
}

func TestALostAnswerOfTheFunctionIsNotAskedForTwice(t *testing.T) {
	o := openOffice(t)
	o.lambda.Next(fault.Any, fault.Lose())
	_, err := o.client.Create(t.Context(), "aws-a", "", event())
	if !errors.Is(err, keys.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if calls := o.lambda.Calls(); len(calls) != 1 {
		t.Errorf("called %v", calls)
	}
	_, err = o.client.Create(t.Context(), "aws-a", "", event())
	if !errors.Is(err, store.ErrExists) {
		t.Errorf("what was done all the same: %v", err)
	}
}

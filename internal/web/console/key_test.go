package console

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/keys/keystest"
	"github.com/gatepost/gatepost/internal/resource"
)

// keyPair is a private key and its certificate, in PEM.
func (s *site) keyPair() (privateKey, certificate []byte) {
	s.Helper()
	return keystest.Pair(s.TB, s.now)
}

func TestAConnectorIsMadeWithAKeyThatIsUploaded(t *testing.T) {
	s := newSite(t)
	privateKey, certificate := s.keyPair()
	fields := map[string]string{"kind": "aws", "label": "Own key", "account": "111122223333", "partition": "aws", "key.source": "uploaded"}
	files := map[string][]byte{"private_key_file": privateKey, "certificate_file": certificate}
	s.leads(s.upload("/admin/connectors/new", fields, files), "/admin/connectors/own-key?done=created-keyed")
	if c := s.stored("own-key"); c.Key.Source != "uploaded" || c.Key.State != "ready" {
		t.Errorf("key %+v", c.Key)
	}
	// One that is not taken leaves the connector, and the page where it is done.
	fields["label"], fields["private_key"], fields["certificate"] = "Bad key", "SECRET nonsense", string(certificate)
	got := s.upload("/admin/connectors/new", fields, nil)
	s.shows(got, http.StatusUnprocessableEntity, "The key was not taken", `id="private_key-problem"`, `action="/admin/connectors/bad-key/key"`)
	if strings.Contains(got.body, "SECRET") {
		t.Error("the private key comes back")
	}
	if c := s.stored("bad-key"); c.Key.State != "none" {
		t.Errorf("key %+v", c.Key)
	}
}

func TestAKeyIsUploadedOrMadeOnce(t *testing.T) {
	s := newSite(t)
	_, err := s.owner().CreateConnector(t.Context(), resource.Connector{Slug: "draft", Label: "Draft", Key: &resource.Key{Source: "uploaded"}})
	s.must(err)
	const page = "/admin/connectors/draft/sso"
	s.shows(s.get(page), http.StatusOK, "There is none", "Make a key")
	s.shows(s.get("/admin/connectors/draft/metadata"), http.StatusNotFound)
	s.leads(s.post("/admin/connectors/draft/key/make", nil), page+"?done=key-made")
	s.shows(s.post("/admin/connectors/draft/key/make", nil), http.StatusConflict, "There is one already")
	made := s.stored("draft").Key.Fingerprint
	privateKey, certificate := s.keyPair()
	s.leads(s.post("/admin/connectors/draft/key", map[string]string{"private_key": string(privateKey), "certificate": string(certificate)}), page+"?done=key-uploaded")
	if s.stored("draft").Key.Fingerprint == made {
		t.Error("the key is the one that was made")
	}
	s.shows(s.get(page), http.StatusOK, "Uploaded: whoever else has a copy can sign too", "CN=Gatepost uploaded", "BEGIN CERTIFICATE")
	document := s.get("/admin/connectors/draft/metadata")
	s.shows(document, http.StatusOK, "<md:EntityDescriptor")
	if got := document.header.Get("Content-Disposition"); got != `attachment; filename="gatepost-draft-metadata.xml"` {
		t.Errorf("it is named %q", got)
	}
	_, other := s.keyPair()
	s.shows(s.post("/admin/connectors/draft/key", map[string]string{"private_key": string(privateKey), "certificate": string(other)}), http.StatusUnprocessableEntity, "The key was not taken")
}

func TestTheSettingsOfTheSignInAreSaved(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const path = "/admin/connectors/aws-a/sso"
	form := s.formOf(s.get(path), path)
	form["session_duration"], form["relay_state"], form["sign_response"] = "90m", "https://eu-central-1.console.aws.amazon.com/s3/home", "on"
	form["relay_states"] = "https://console.aws.amazon.com/s3\r\n\r\n https://console.aws.amazon.com/ec2 \r\n"
	delete(form, "confirm_cross_site")
	s.leads(s.post(path, form), path+"?done=saved")
	c := s.stored("aws-a")
	if c.SessionDuration != "1h30m" || len(c.RelayStates) != 2 || !c.SignResponse || *c.ConfirmCross || c.EndWithSession {
		t.Errorf("stored %+v", c)
	}
	form = s.formOf(s.get(path), path)
	form["session_duration"], form["relay_state"] = "soon", "https://example.com/"
	s.shows(s.post(path, form), http.StatusUnprocessableEntity, `id="session_duration-problem"`, `value="soon"`)
	s.shows(s.get("/admin/connectors/aws-a/sso"), http.StatusOK, "Download the metadata")
}

func TestAnImageIsShownUntilItIsRemoved(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const page = "/admin/connectors/aws-a"
	picture := image.NewNRGBA(image.Rect(0, 0, 8, 8))
	picture.Set(1, 1, color.White)
	var data bytes.Buffer
	s.must(png.Encode(&data, picture))
	s.shows(s.upload(page+"/image", nil, map[string][]byte{"image": []byte("<svg/>")}), http.StatusUnprocessableEntity, "Is neither PNG nor JPEG", `id="image-problem"`)
	s.shows(s.upload(page+"/image", nil, nil), http.StatusUnprocessableEntity, "Is empty")
	s.leads(s.upload(page+"/image", nil, map[string][]byte{"image": data.Bytes()}), page+"?done=image-saved")
	shown := s.get(page)
	source := attribute(shown.body[strings.Index(shown.body, `<img class="icon"`):], "src")
	got := s.get(source)
	s.shows(got, http.StatusOK, "\x89PNG")
	if got.header.Get("Content-Type") != "image/png" || got.header.Get("Cache-Control") != "private, max-age=31536000, immutable" || got.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", got.header)
	}
	s.leads(s.post(page+"/image/delete", nil), page+"?done=image-removed")
	s.shows(s.get(source), http.StatusNotFound)
}

func TestTheOverviewLeadsThroughTheFirstSteps(t *testing.T) {
	s := newSite(t)
	s.shows(s.get("/admin"), http.StatusOK, "First steps", "1 of 6 done", "Make a connector")
	s.furnish()
	done := s.get("/admin")
	if strings.Contains(done.body, "First steps") {
		t.Error("the first steps are still shown")
	}
	s.shows(done, http.StatusOK, "<strong>2</strong> <span>connectors", "<strong>1</strong> <span>of them active", "<strong>3</strong> <span>users", "No groups</span> <a href=\"/admin/connectors/aws-b/groups\"", "bob@example.com activated the connector aws-a")
}

func TestEveryPageWarnsOfCertificatesThatEnd(t *testing.T) {
	s := newSite(t)
	s.furnish()
	end, err := time.Parse(time.RFC3339, s.stored("aws-a").Key.NotAfter)
	s.must(err)
	for _, c := range []struct {
		name string
		now  time.Time
		says string
	}{
		{"long before", end.AddDate(0, 0, -61), ""},
		{"within 60 days", end.AddDate(0, 0, -59), "The certificate of AWS-A</strong> ends on " + end.Format("2 Jan 2006")},
		{"afterwards", end.Add(time.Minute), "The certificate of AWS-A</strong> has ended"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s.now = c.now
			got := s.get("/admin/connectors/aws-b/groups")
			s.shows(got, http.StatusOK, c.says)
			if (c.says == "") == strings.Contains(got.body, `class="banner`) {
				t.Error("the banner is wrong")
			}
		})
	}
}

// What the console counted a moment ago it counts again after a change.
func TestAWarningGoesWithItsCause(t *testing.T) {
	s := newSite(t)
	s.furnish()
	end, err := time.Parse(time.RFC3339, s.stored("aws-a").Key.NotAfter)
	s.must(err)
	s.now = end.AddDate(0, 0, -10)
	const path = "/admin/connectors/aws-a/deactivate"
	asked := s.post(path, nil)
	s.shows(asked, http.StatusOK, "The certificate of AWS-A")
	s.leads(s.post(path, s.formOf(asked, path)), "/admin/connectors/aws-a?done=deactivated")
	if strings.Contains(s.get("/admin/connectors").body, "The certificate of AWS-A") {
		t.Error("the warning stays")
	}
}

func TestEveryPageSaysThatLockdownIsInForce(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.must(s.owner().Lockdown(t.Context()))
	s.shows(s.get("/admin/connectors/aws-a"), http.StatusOK, "Lockdown is in force.", "Inactive", `<button class="main" disabled aria-describedby="now">`)
	s.shows(s.post("/admin/connectors/aws-a/activate", nil), http.StatusConflict, "Lockdown is in force. Nothing was changed.")
	s.must(s.owner().LiftLockdown(t.Context()))
	if strings.Contains(s.get("/admin/connectors/aws-a").body, "Lockdown") {
		t.Error("the banner stays")
	}
}

package console

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gatepost/gatepost/internal/resource"
	"github.com/gatepost/gatepost/internal/store"
)

func TestAConnectorIsMadeFromALabelAndAnAccount(t *testing.T) {
	s := newSite(t)
	s.furnish()
	form := s.formOf(s.get("/admin/connectors/new"), "/admin/connectors/new")
	form["label"], form["account"], form["groups[engineers]"] = "AWS: Größe 1", "1111-2222-3333", "on"
	s.leads(s.upload("/admin/connectors/new", form, nil), "/admin/connectors/aws-gr-e-1?done=created")
	c := s.stored("aws-gr-e-1")
	if c.Roles[0].RoleARN != iam+"role/SAML-User" || c.Roles[0].ProviderARN != iam+"saml-provider/Gatepost-aws-gr-e-1" || !*c.Shown || c.Active {
		t.Errorf("made %+v", c)
	}
	if c.Key.State != "ready" || len(c.Groups) != 1 || c.Attributes[0].Value != "${user.email}" {
		t.Errorf("made %+v with key %+v", c, c.Key)
	}
	s.shows(s.get("/admin/connectors/aws-gr-e-1?done=created"), http.StatusOK, "The connector is created", "aws iam create-saml-provider --name Gatepost-aws-gr-e-1", "sts:AssumeRoleWithSAML")
}

func TestADetailThatIsWrittenOutWinsOverTheProposal(t *testing.T) {
	s := newSite(t)
	s.leads(s.post("/admin/connectors/new", map[string]string{
		"kind": "aws", "label": "Beijing", "account": "111122223333", "partition": "aws-cn", "slug": "bj", "key.source": "generated",
		"roles[0].role_arn": "arn:aws-cn:iam::111122223333:role/Own",
	}), "/admin/connectors/bj?done=created")
	c := s.stored("bj")
	if c.Roles[0].RoleARN != "arn:aws-cn:iam::111122223333:role/Own" || c.Roles[0].ProviderARN != "arn:aws-cn:iam::111122223333:saml-provider/Gatepost-bj" || c.Partition != "aws-cn" || *c.Shown {
		t.Errorf("made %+v", c)
	}
	s.leads(s.post("/admin/connectors/new", map[string]string{"kind": "bookmark", "label": "Wiki", "url": "https://wiki.example.com/", "account": "nonsense"}), "/admin/connectors/wiki?done=created")
	if c := s.stored("wiki"); c.URL != "https://wiki.example.com/" || len(c.Roles) != 0 {
		t.Errorf("made %+v", c)
	}
}

func TestANewConnectorThatIsWrongComesBackAsItWasTyped(t *testing.T) {
	s := newSite(t)
	s.furnish()
	right := map[string]string{"kind": "aws", "label": "New", "account": "111122223333", "partition": "aws", "key.source": "generated", "description": "typed <this>", "groups[engineers]": "on"}
	for _, c := range []struct {
		name, field, value, says string
	}{
		{"no account", "account", "", "Is missing; give the 12 digits of the AWS account"},
		{"a short account", "account", "123", "Is not an AWS account ID"},
		{"a name that is taken", "slug", "aws-a", "Is the name of another connector"},
		{"a reserved name", "slug", "admin", "Is a reserved word"},
		{"a role that is none", "roles[0].role_arn", "arn:aws:iam::111122223333:user/x", "#roles%5b0%5d.role_arn"},
		{"another account's provider", "roles[0].provider_arn", "arn:aws:iam::444455556666:saml-provider/x", "#roles%5b0%5d.provider_arn"},
		{"no label", "label", "", "Is missing"},
		{"a group that is gone", "groups[gone]", "on", "There is no such group"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fields := map[string]string{c.field: c.value}
			for name, value := range right {
				if name != c.field {
					fields[name] = value
				}
			}
			got := s.post("/admin/connectors/new", fields)
			s.shows(got, http.StatusUnprocessableEntity, c.says, "typed &lt;this&gt;", `name="groups[engineers]" type="checkbox" value="on" checked`, "<title>Error: New connector")
			_, err := s.owner().Connector(t.Context(), "new")
			if !errors.Is(err, store.ErrNotFound) {
				t.Errorf("something is stored: %v", err)
			}
		})
	}
}

func TestOfTwoWhoSaveAtOnceNobodyLosesAChange(t *testing.T) {
	s := newSite(t)
	s.furnish()
	form := s.formOf(s.get("/admin/connectors/aws-a"), "/admin/connectors/aws-a")
	_, err := s.owner().UpdateConnector(t.Context(), "aws-a", "", func(c *resource.Connector) error {
		c.Label, c.Description = "Theirs", "Their <words>"
		return nil
	})
	s.must(err)

	form["label"] = "Mine"
	got := s.post("/admin/connectors/aws-a", form)
	s.shows(got, http.StatusPreconditionFailed, "bob@example.com saved this meanwhile", "<del><bdi>Theirs</bdi></del>", "<ins><bdi>Mine</bdi></ins>", `value="Mine"`, "Their &lt;words&gt;</textarea>")
	if s.stored("aws-a").Label != "Theirs" {
		t.Fatal("the first change is lost")
	}

	unmatched := map[string]string{"label": "Blind"}
	s.shows(s.post("/admin/connectors/aws-a", unmatched), http.StatusPreconditionFailed)
	again := s.formOf(got, "/admin/connectors/aws-a")
	s.leads(s.post("/admin/connectors/aws-a", again), "/admin/connectors/aws-a?done=saved")
	if c := s.stored("aws-a"); c.Label != "Mine" || c.Description != "Their <words>" {
		t.Errorf("stored %q, %q", c.Label, c.Description)
	}
}

func TestATileIsSavedAndRefusedBesideItsField(t *testing.T) {
	s := newSite(t)
	s.furnish()
	form := s.formOf(s.get("/admin/connectors/aws-a"), "/admin/connectors/aws-a")
	form["description"] = "One\r\ntwo"
	delete(form, "shown")
	s.leads(s.post("/admin/connectors/aws-a", form), "/admin/connectors/aws-a?done=saved")
	if c := s.stored("aws-a"); c.Description != "One two" || *c.Shown {
		t.Errorf("stored %q, shown %v", c.Description, *c.Shown)
	}
	form = s.formOf(s.get("/admin/connectors/aws-a"), "/admin/connectors/aws-a")
	form["label"] = strings.Repeat("x", 65)
	s.shows(s.post("/admin/connectors/aws-a", form), http.StatusUnprocessableEntity, `id="label-problem"`, `aria-invalid="true"`, form["label"])
}

func TestActivationSaysEverythingThatIsMissingAndWhereItIsDone(t *testing.T) {
	s := newSite(t)
	_, err := s.owner().CreateConnector(t.Context(), resource.Connector{Slug: "draft", Label: "Draft", Key: &resource.Key{Source: "uploaded"}})
	s.must(err)
	s.shows(s.get("/admin/connectors/draft"), http.StatusOK, "It has no key that is ready", "It leads to no role", "It is open to no group")
	s.shows(s.post("/admin/connectors/draft/activate", nil), http.StatusUnprocessableEntity,
		"It cannot be activated yet", `href="/admin/connectors/draft/sso#key"`, `href="/admin/connectors/draft/roles#roles"`)
	s.furnish()
	s.leads(s.post("/admin/connectors/aws-b/activate", nil), "/admin/connectors/aws-b?done=activated")
	if !s.stored("aws-b").Active {
		t.Error("it is not active")
	}
}

func TestDeactivationSaysFirstWhoLosesAccess(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const path = "/admin/connectors/aws-a/deactivate"
	asked := s.post(path, nil)
	s.shows(asked, http.StatusOK, "Deactivate AWS-A?", "2 people lose access", "alice@example.com", "carol@example.com", "SAML-User in 1111-2222-3333")
	if !s.stored("aws-a").Active {
		t.Fatal("it was deactivated without an answer")
	}
	s.leads(s.post(path, s.formOf(asked, path)), "/admin/connectors/aws-a?done=deactivated")
	if s.stored("aws-a").Active {
		t.Error("it is still active")
	}
	s.leads(s.post(path, nil), "/admin/connectors/aws-a?done=deactivated")
}

func TestDeactivationAsksEvenWhenNobodyIsConcerned(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.must(s.owner().ActivateConnector(t.Context(), "aws-b"))
	s.shows(s.post("/admin/connectors/aws-b/deactivate", nil), http.StatusOK, "Deactivate AWS-B?")
	if !s.stored("aws-b").Active {
		t.Error("it was deactivated without an answer")
	}
}

func TestAConfirmationCountsOnlyForThePeopleThatItShowed(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const path = "/admin/connectors/aws-a/deactivate"
	confirmed := s.formOf(s.post(path, nil), path)
	s.must(s.owner().AddMember(t.Context(), "engineers", "erin@example.com", time.Time{}))
	again := s.post(path, confirmed)
	s.shows(again, http.StatusConflict, "Who is concerned has changed", "3 people lose access", "erin@example.com")
	if !s.stored("aws-a").Active {
		t.Fatal("it was deactivated")
	}
	s.leads(s.post(path, s.formOf(again, path)), "/admin/connectors/aws-a?done=deactivated")
}

func TestAConnectorIsDeletedByItsTypedName(t *testing.T) {
	s := newSite(t)
	s.furnish()
	const path = "/admin/connectors/aws-b/delete"
	form := s.formOf(s.get("/admin/connectors/aws-b"), path)
	form["typed"] = "AWS-B"
	s.shows(s.post(path, form), http.StatusUnprocessableEntity, "That is not the connector’s name")
	form["typed"] = "aws-b"
	s.shows(s.post(path, map[string]string{"typed": "aws-b"}), http.StatusPreconditionFailed, "It has changed meanwhile")
	stale := map[string]string{"typed": "aws-b", "match": `"c_x.1"`}
	s.shows(s.post(path, stale), http.StatusPreconditionFailed, "It has changed meanwhile")
	s.leads(s.post(path, form), "/admin/connectors?done=deleted")
	s.shows(s.get("/admin/connectors/aws-b"), http.StatusNotFound)
	s.shows(s.post("/admin/connectors/aws-a/delete", map[string]string{"typed": "aws-a", "match": s.stored("aws-a").ETag}), http.StatusConflict, "The connector is active")
	s.stored("aws-a")
}

func TestSeveralAreDeletedByTheirTypedNumber(t *testing.T) {
	s := newSite(t)
	s.furnish()
	s.create("aws-c")
	const path = "/admin/connectors"
	s.shows(s.post(path, map[string]string{"do": "delete"}), http.StatusUnprocessableEntity, "Tick the connectors to delete")
	s.shows(s.post(path, map[string]string{"pick[aws-a]": "on", "pick[aws-b]": "on", "typed": "2"}), http.StatusConflict, "AWS-A is active", "nothing is deleted", `name="pick[aws-b]" value="on" aria-label="Choose AWS-B" checked`)
	asked := s.post(path, map[string]string{"pick[aws-b]": "on", "pick[aws-c]": "on"})
	s.shows(asked, http.StatusOK, "Delete 2 connectors?", "AWS-B (aws-b)", "AWS-C (aws-c)")
	form := s.formOf(asked, path)
	form["typed"] = "3"
	s.shows(s.post(path, form), http.StatusUnprocessableEntity, "That is not the number. Nothing is deleted.")
	s.stored("aws-b")
	form["typed"] = "2"
	s.leads(s.post(path, form), "/admin/connectors?done=deleted-all")
	list := s.get(path).body
	if strings.Contains(list, "aws-b") || strings.Contains(list, "aws-c") || !strings.Contains(list, "aws-a") {
		t.Error("the list is not what is left")
	}
	s.leads(s.post(path, form), "/admin/connectors?done=deleted-all")
}

func TestTheListIsSearchedAndPaged(t *testing.T) {
	s := newSite(t)
	for i := range 60 {
		_, err := s.owner().CreateConnector(t.Context(), resource.Connector{Slug: "team-" + string(rune('a'+i/10)) + string(rune('0'+i%10)), Label: "Team", Key: &resource.Key{Source: "uploaded"}})
		s.must(err)
	}
	first := s.get("/admin/connectors")
	s.shows(first, http.StatusOK, "team-a0", "Next page")
	next := attribute(first.body[strings.Index(first.body, `class="pager"`):], "href")
	second := s.get(next)
	s.shows(second, http.StatusOK, "team-f9", "First page")
	if strings.Contains(first.body, "team-f9") || strings.Contains(second.body, "team-a0") || strings.Contains(second.body, "Next page") {
		t.Error("the pages overlap, or the second leads on")
	}
	found := s.get("/admin/connectors?q=TEAM-C3")
	if strings.Count(found.body, `scope="row"`) != 1 || !strings.Contains(found.body, "team-c3") {
		t.Errorf("found %s", found.body)
	}
	s.shows(s.get("/admin/connectors?q=nothing"), http.StatusOK, "Nothing matches")
}

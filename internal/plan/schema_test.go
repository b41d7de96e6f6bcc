package plan

import (
	"encoding/json"
	"maps"
	"os"
	"reflect"
	"slices"
	"testing"

	"github.com/gatepost/gatepost/internal/resource"
)

type schema struct {
	Properties           map[string]schema `json:"properties"`
	AdditionalProperties any               `json:"additionalProperties"`
	Required             []string          `json:"required"`
	Defs                 map[string]schema `json:"$defs"`
	Default              any               `json:"default"`
}

func published(t *testing.T) schema {
	t.Helper()
	data, err := os.ReadFile("../../docs/gatepost.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var s schema
	err = json.Unmarshal(data, &s)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The reader takes its fields from the types, so these cannot differ either.
func TestTheSchemaHasTheFieldsOfTheFile(t *testing.T) {
	s := published(t)
	cases := []struct {
		name  string
		of    schema
		value any
		not   []string // fields of the type that the reader refuses there
		and   []string // fields that the reader handles before they reach the type
	}{
		{"file", s, File{}, nil, []string{"matrix"}},
		{"connector", s.Defs["connector"], Connector{}, nil, nil},
		{"role", s.Defs["role"], resource.Role{}, nil, nil},
		{"attribute", s.Defs["attribute"], resource.Attribute{}, nil, nil},
		{"key", s.Defs["key"], Key{}, nil, nil},
		{"group", s.Defs["group"], Group{}, nil, nil},
		{"member", s.Defs["member"], Member{}, nil, nil},
		{"user", s.Defs["user"], User{}, nil, nil},
		{"matrix", s.Defs["matrix"], matrix{}, nil, nil},
		{"cell", s.Defs["cell"], cell{}, nil, nil},
		{"template", s.Defs["template"], Connector{}, []string{"kind", "url", "roles", "groups"}, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var d decoder
			want := append(slices.Collect(maps.Keys(d.fieldsOf(reflect.TypeOf(c.value)))), c.and...)
			want = slices.DeleteFunc(want, func(name string) bool { return slices.Contains(c.not, name) })
			slices.Sort(want)
			got := slices.Sorted(maps.Keys(c.of.Properties))
			if !slices.Equal(got, want) {
				t.Errorf("the schema has\n%v, the type\n%v", got, want)
			}
			if c.of.AdditionalProperties != false {
				t.Error("the schema lets unknown fields pass")
			}
		})
	}
}

func TestTheSchemaHasTheDefaultsOfTheReader(t *testing.T) {
	var c Connector
	c.setDefaults()
	s := published(t).Defs
	for name, want := range map[string]any{
		"kind": c.Kind, "shown": c.Shown, "active": c.Active, "end_with_session": c.EndWithSession,
		"sign_response": c.SignResponse, "aws_chooser": c.AWSChooser, "confirm_cross_site": *c.ConfirmCross,
	} {
		got := s["connector"].Properties[name].Default
		if got != want {
			t.Errorf("%s is %v by default, the schema says %v", name, want, got)
		}
	}
	var m matrix
	m.setDefaults()
	for name, want := range map[string]string{"role_arn": m.RoleARN, "provider_arn": m.ProviderARN} {
		got := s["matrix"].Properties[name].Default
		if got != want {
			t.Errorf("%s is %v by default, the schema says %v", name, want, got)
		}
	}
}

// Whatever the config API shows of a thing stands in the file, or is left out on
// purpose.
func TestTheFileHasAllOfTheAPIsShape(t *testing.T) {
	var d decoder
	cases := []struct {
		name        string
		shape, file any
		not         []string
	}{
		{"connector", resource.Connector{}, Connector{}, []string{"image_url", "version", "created_at", "updated_at", "etag"}},
		{"group", resource.Group{}, Group{}, []string{"closed_by", "closed_until", "version", "created_at", "updated_at", "etag"}},
		{"user", resource.User{}, User{}, []string{"groups", "locked_by", "unconfirmed", "version", "created_at", "updated_at", "etag"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			has := d.fieldsOf(reflect.TypeOf(c.file))
			for name := range d.fieldsOf(reflect.TypeOf(c.shape)) {
				_, there := has[name]
				if name != "-" && !there && !slices.Contains(c.not, name) {
					t.Errorf("%s is neither in the file nor left out on purpose", name)
				}
			}
		})
	}
}

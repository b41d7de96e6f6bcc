package idp

import (
	"errors"
	"testing"
)

func TestWhatWasStoredUnderOlderRulesKeepsNobodyFromChangingSomethingElse(t *testing.T) {
	old := &User{Email: "a@example.com", Name: "a\u034fb", Active: true, Attributes: map[string]string{"team": " blue"}}
	after := *old
	after.Active = false
	err := NewFaults(old.Validate(), after.Validate())
	if err != nil {
		t.Errorf("suspending is refused: %v", err)
	}
	after.Name = "c\u034fd"
	checkField(t, NewFaults(old.Validate(), after.Validate()), "name")
	after.Name, after.Attributes = "c", map[string]string{"team": "blue", "cost": " 1"}
	checkField(t, NewFaults(old.Validate(), after.Validate()), `attributes["cost"]`)

	c := goodConnector()
	c.Attributes = []AttributeRule{{Name: "RoleSessionName", Value: "x"}, {Name: "PrincipalTag:team", Value: " blue"}}
	moved := *c
	moved.Attributes = moved.Attributes[1:]
	err = NewFaults(c.Validate(), moved.Validate())
	if err != nil {
		t.Errorf("taking another rule away is refused: %v", err)
	}
	other := errors.New("no problem of a field")
	if NewFaults(c.Validate(), other) != other || NewFaults(other, c.Validate()) == nil {
		t.Error("other errors are taken for problems")
	}
}

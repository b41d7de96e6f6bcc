package sam_test

import (
	"github.com/gatepost/gatepost/internal/store"
	"github.com/gatepost/gatepost/internal/store/dynamodb"
	"github.com/gatepost/gatepost/itest/sam/template"
)

// table is the properties of a table that the template sets.
type table struct {
	BillingMode                      string
	DeletionProtectionEnabled        bool
	SSESpecification                 struct{ SSEEnabled bool }
	PointInTimeRecoverySpecification struct{ PointInTimeRecoveryEnabled bool }
	TimeToLiveSpecification          struct {
		AttributeName string
		Enabled       bool
	}
	AttributeDefinitions   []struct{ AttributeName, AttributeType string }
	Tags                   []struct{ Key, Value string }
	KeySchema              keySchema
	GlobalSecondaryIndexes []struct {
		IndexName  string
		KeySchema  keySchema
		Projection struct{ ProjectionType string }
	}
}

type keySchema []struct{ AttributeName, KeyType string }

func (k keySchema) is(want dynamodb.KeySchema) bool {
	return len(k) == 2 && k[0].AttributeName == want.Partition && k[0].KeyType == "HASH" &&
		k[1].AttributeName == want.Sort && k[1].KeyType == "RANGE"
}

// tableComplaints compare the tables with what the adapter needs of them.
func tableComplaints(read *template.Template) []string {
	var c complaint
	s := c.stackOf(read, nil)
	if s == nil {
		return c.list
	}
	all, err := s.Resources("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
	c.failed(err)
	if len(all) != len(tableIDs) {
		c.add("%d tables", len(all))
	}
	for _, definition := range dynamodb.Definitions() {
		r, err := s.Resource(tableIDs[definition.Table])
		var got table
		if !c.failed(err) && !c.failed(template.Into(r.Properties, &got)) {
			c.kept(r)
			c.table(r.ID, got, definition)
		}
	}
	return c.list
}

func (c *complaint) table(id string, got table, want dynamodb.Definition) {
	for what, holds := range map[string]bool{
		"on demand":              got.BillingMode == "PAY_PER_REQUEST",
		"protected":              got.DeletionProtectionEnabled,
		"encrypted":              got.SSESpecification.SSEEnabled,
		"recoverable":            got.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled,
		"ending by " + want.TTL:  got.TimeToLiveSpecification.Enabled && got.TimeToLiveSpecification.AttributeName == want.TTL,
		"keyed as the adapter":   got.KeySchema.is(want.Key),
		"indexed as the adapter": len(got.GlobalSecondaryIndexes) == len(want.Indexes),
	} {
		if !holds {
			c.add("%s is not %s: %+v", id, what, got)
		}
	}
	attributes := []string{want.Key.Partition, want.Key.Sort}
	for _, index := range want.Indexes {
		attributes = append(attributes, index.Key.Partition, index.Key.Sort)
		if !got.hasIndex(index) {
			c.add("%s has no index %s as the adapter needs it", id, index.Name)
		}
	}
	var defined []string
	for _, a := range got.AttributeDefinitions {
		if a.AttributeType != "S" {
			c.add("%s: attribute %s is %s", id, a.AttributeName, a.AttributeType)
		}
		defined = append(defined, a.AttributeName)
	}
	c.same("the attributes of "+id, defined, attributes)
}

func (t table) hasIndex(want dynamodb.IndexDefinition) bool {
	for _, index := range t.GlobalSecondaryIndexes {
		if store.Index(index.IndexName) == want.Name {
			return index.KeySchema.is(want.Key) && index.Projection.ProjectionType == "ALL"
		}
	}
	return false
}

package admintest

import (
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/descriptorpb"
)

// bundle is the database's proto bundle. The value is true for an enum.
type bundle struct {
	names []string
	types map[string]bool
}

// protoType finds a type of the bundle.
func (s *schema) protoType(name string) (enum, ok bool) {
	if s.bundle == nil {
		return false, false
	}
	enum, ok = s.bundle.types[name]
	return enum, ok
}

// readDescriptors lists the types in a serialized FileDescriptorSet.
func readDescriptors(set []byte) (map[string]bool, error) {
	files := new(descriptorpb.FileDescriptorSet)
	if err := proto.Unmarshal(set, files); err != nil {
		return nil, invalid("proto_descriptors is no FileDescriptorSet: %v", err)
	}
	types := map[string]bool{}
	for _, file := range files.GetFile() {
		prefix := file.GetPackage()
		if prefix != "" {
			prefix += "."
		}
		addTypes(types, prefix, file.GetMessageType(), file.GetEnumType())
	}
	return types, nil
}

func addTypes(types map[string]bool, prefix string, messages []*descriptorpb.DescriptorProto, enums []*descriptorpb.EnumDescriptorProto) {
	for _, enum := range enums {
		types[prefix+enum.GetName()] = true
	}
	for _, message := range messages {
		types[prefix+message.GetName()] = false
		addTypes(types, prefix+message.GetName()+".", message.GetNestedType(), message.GetEnumType())
	}
}

// typeNames reads "(a.B, a.C)".
func (c *cursor) typeNames() []string {
	c.need("(")
	out := []string{}
	for !c.done() && !c.take(")") {
		out = append(out, c.path())
		if !c.is(")") {
			c.need(",")
		}
	}
	return out
}

// put takes types from the descriptors into the bundle.
func (s *schema) put(names []string) error {
	for _, name := range names {
		enum, ok := s.descriptors[name]
		if !ok {
			return invalid("The proto type %s is not in the proto descriptors of the request.", name)
		}
		if _, ok := s.bundle.types[name]; !ok {
			s.bundle.names = append(s.bundle.names, name)
		}
		s.bundle.types[name] = enum
	}
	return nil
}

func (s *schema) createBundle(c *cursor) error {
	if s.bundle != nil {
		return blocked("The database has a proto bundle already.")
	}
	s.bundle = &bundle{types: map[string]bool{}}
	return s.put(c.typeNames())
}

func (s *schema) alterBundle(c *cursor) error {
	if s.bundle == nil {
		return blocked("The database has no proto bundle.")
	}
	if c.done() {
		c.fail("a change is missing")
	}
	for !c.done() {
		insert, update := c.take("INSERT"), c.take("UPDATE")
		if !insert && !update {
			c.need("DELETE")
		}
		names := c.typeNames()
		for _, name := range names {
			if _, ok := s.bundle.types[name]; ok == insert {
				return blocked("Proto type %s is in the proto bundle: %t.", name, ok)
			}
		}
		if insert || update {
			if err := s.put(names); err != nil {
				return err
			}
			continue
		}
		if err := s.takeOut(names); err != nil {
			return err
		}
	}
	return nil
}

func (s *schema) takeOut(names []string) error {
	for _, name := range names {
		for _, t := range s.tables {
			for _, col := range t.columns {
				if col.typ.base == name {
					return blocked("Cannot take proto type %s out of the proto bundle: column %s.%s has it.", name, t.name, col.name)
				}
			}
		}
		delete(s.bundle.types, name)
		s.bundle.names = without(s.bundle.names, name)
	}
	return nil
}

func (s *schema) dropBundle(*cursor) error {
	if s.bundle == nil {
		return blocked("The database has no proto bundle.")
	}
	err := s.takeOut(slices.Clone(s.bundle.names))
	s.bundle = nil
	return err
}

// String is the statement that makes the bundle.
func (b *bundle) String() string {
	names := make([]string, len(b.names))
	for i, name := range b.names {
		names[i] = "  " + quoted(name) + ",\n"
	}
	return "CREATE PROTO BUNDLE (\n" + strings.Join(names, "") + ")"
}

package runtest

import (
	"slices"
	"strings"

	"cloud.google.com/go/run/apiv2/runpb"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// outputOnly reports whether clients can't set the field. The API's own descriptors say so.
func outputOnly(f protoreflect.FieldDescriptor) bool {
	behavior, _ := proto.GetExtension(f.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return slices.Contains(behavior, annotations.FieldBehavior_OUTPUT_ONLY)
}

// clearOutputOnly drops what a client sent in output-only fields, as the API does, at any depth.
func clearOutputOnly(m protoreflect.Message) {
	m.Range(func(f protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		switch {
		case outputOnly(f):
			m.Clear(f)
		case f.IsMap() || f.Message() == nil:
		case f.IsList():
			for i := range v.List().Len() {
				clearOutputOnly(v.List().Get(i).Message())
			}
		default:
			clearOutputOnly(v.Message())
		}
		return true
	})
}

// merge sets the fields of dst that paths name to what they are in src; without paths, every
// field that clients can set, and the ones that this version does not know.
func merge(dst, src *runpb.Service, paths []string) error {
	if len(paths) == 0 {
		fields := dst.ProtoReflect().Descriptor().Fields()
		for i := range fields.Len() {
			if f := fields.Get(i); !outputOnly(f) && f.Name() != "name" && f.Name() != "etag" {
				set(dst.ProtoReflect(), src.ProtoReflect(), f)
			}
		}
		dst.ProtoReflect().SetUnknown(src.ProtoReflect().GetUnknown())
		return nil
	}
	for _, path := range paths {
		d, s := dst.ProtoReflect(), src.ProtoReflect()
		names := strings.Split(path, ".")
		for i, name := range names {
			f := d.Descriptor().Fields().ByName(protoreflect.Name(name))
			last := i == len(names)-1
			if f == nil || outputOnly(f) || !last && (f.Message() == nil || f.IsList() || f.IsMap()) {
				return status.Errorf(codes.InvalidArgument, "Invalid update mask path: %s", path)
			}
			if last {
				set(d, s, f)
			} else {
				d, s = d.Mutable(f).Message(), s.Get(f).Message()
			}
		}
	}
	return nil
}

func set(dst, src protoreflect.Message, f protoreflect.FieldDescriptor) {
	if src.Has(f) {
		dst.Set(f, src.Get(f))
	} else {
		dst.Clear(f)
	}
}

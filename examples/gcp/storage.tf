# Where people put files. Versions bring back what was overwritten by mistake.
resource "google_storage_bucket" "uploads" {
  name                        = "${var.project}-${var.name}-uploads"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.force_destroy

  versioning {
    enabled = true
  }
  lifecycle_rule {
    condition {
      days_since_noncurrent_time = 30
      with_state                 = "ARCHIVED"
    }
    action {
      type = "Delete"
    }
  }
  lifecycle_rule {
    condition {
      age = 7
    }
    action {
      type = "AbortIncompleteMultipartUpload"
    }
  }

  depends_on = [google_project_service.api]
}

# Databases and releases. Nobody but the converter writes here: what lies in a release is
# configuration to Datasette. With versions, a database that is deleted stays readable for
# whoever has it open.
resource "google_storage_bucket" "serving" {
  name                        = "${var.project}-${var.name}-serving"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.force_destroy

  versioning {
    enabled = true
  }
  lifecycle_rule {
    condition {
      days_since_noncurrent_time = 3
      with_state                 = "ARCHIVED"
    }
    action {
      type = "Delete"
    }
  }
  # Records of jobs whose last task never came to its end.
  lifecycle_rule {
    condition {
      age            = 7
      matches_prefix = ["jobs/"]
    }
    action {
      type = "Delete"
    }
  }

  depends_on = [google_project_service.api]
}

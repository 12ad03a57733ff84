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
  # Else what is deleted, versions too, is kept and paid for seven days more.
  soft_delete_policy {
    retention_duration_seconds = 0
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
  # Parts of files that came through the page to publish on are of no use once put together.
  lifecycle_rule {
    condition {
      days_since_noncurrent_time = 1
      with_state                 = "ARCHIVED"
      matches_prefix             = [".dynasette/incoming/"]
    }
    action {
      type = "Delete"
    }
  }

  depends_on = [google_project_service.api]
}

# Databases and releases. Nobody but the converter writes here: what lies in a release is
# configuration to Datasette. Nothing is overwritten, the last releases are kept, and what
# nothing names any more is deleted for good: neither versions nor soft deletion bring anything
# back here that is not made again from the uploads.
resource "google_storage_bucket" "serving" {
  name                        = "${var.project}-${var.name}-serving"
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = var.force_destroy

  soft_delete_policy {
    retention_duration_seconds = 0
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

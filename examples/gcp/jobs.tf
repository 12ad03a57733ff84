# Everything at once: for the first million files. Its last task makes the release.
resource "google_cloud_run_v2_job" "reconcile" {
  name                = "${var.name}-reconcile"
  location            = var.region
  deletion_protection = false

  template {
    task_count = var.job_tasks

    template {
      service_account = google_service_account.converter.email
      max_retries     = 3
      timeout         = "3600s"

      containers {
        image = data.google_artifact_registry_docker_image.image["converter"].self_link
        args  = ["reconcile", local.uploads, local.serving, "--restart", local.restart]

        resources {
          limits = {
            cpu    = "2"
            memory = var.converter_memory
          }
        }
      }
    }
  }

  depends_on = [
    google_storage_bucket_iam_member.converter_reads_uploads,
    google_storage_bucket_iam_member.converter_writes_releases,
    google_cloud_run_v2_service_iam_member.converter_asks_datasette,
    google_cloud_run_v2_service_iam_member.converter_moves_datasette,
  ]
}

# What is served, what was, and back to it: see README.md.
resource "google_cloud_run_v2_job" "releases" {
  name                = "${var.name}-releases"
  location            = var.region
  deletion_protection = false

  template {
    template {
      service_account = google_service_account.converter.email
      max_retries     = 0
      timeout         = "900s"

      containers {
        image = data.google_artifact_registry_docker_image.image["converter"].self_link
        args  = ["releases"]

        env {
          name  = "DYNASETTE_SERVING"
          value = local.serving
        }
        env {
          name  = "DYNASETTE_RESTART"
          value = local.restart
        }
      }
    }
  }

  depends_on = [google_storage_bucket_iam_member.converter_writes_releases]
}

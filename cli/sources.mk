# SPDX-License-Identifier: GPL-2.0
# What the tool is made of. The tests link CORE against a backend of their own.
CORE = dmactl.c common.c module.c err.c vec.c parse.c limit.c hist.c pattern.c gf.c \
	machine.c chan.c chan_line.c chan_text.c chan_json.c simfs.c options.c opts.c opt_error.c opts_check.c opts_own.c \
	area.c slots.c slots_op.c expect.c data.c endpoint.c parity.c team.c stop.c \
	window.c pace.c steady.c cpu_line.c why.c refuse.c stamps.c measure.c input.c worker.c \
	job.c job_cell.c job_check.c result.c report_text.c report_json.c points_ktap.c points_junit.c \
	out.c outfile.c env.c \
	cmd_list.c cmd_info.c cmd_doctor.c cmd_measure.c cmd_ops.c cmd_monitor.c \
	cmd_sim.c sim_attr.c sim_profile.c sim_profiles.c sim_create.c sim_fault.c
CORE += doctor_table.c doctor_module.c doctor_kernel.c doctor_config.c doctor_channels.c doctor_device.c \
	doctor_memory.c
CORE += near.c quirk.c chain.c chain_lex.c chain_words.c chain_expr.c chain_parse.c chain_parse_op.c \
	chain_args.c chain_check.c chain_walk.c chain_overlap.c chain_open.c chain_step.c \
	chain_queue.c chain_refuse.c chain_cpu.c chain_files.c chain_run.c chain_report.c chain_json.c \
	cmd_chain.c litmus.c litmus_shapes.c litmus_report.c cmd_litmus.c
CORE += cmd_check.c check_cases.c check_run.c check_rig.c check_place.c check_data.c check_guess.c \
	check_go.c check_prep.c check_judge.c check_say.c check_form.c check_ring.c check_parity.c check_sg.c \
	check_slave.c check_chan.c check_habits.c check_table.c check_tap.c check_xml.c
CORE += cmd_cyclic.c cyclic_opts.c cyclic_check.c cyclic_open.c cyclic_run.c cyclic_stop.c \
	cyclic_drain.c cyclic_feed.c cyclic_data.c cyclic_job.c cyclic_text.c cyclic_json.c \
	cyclic_judge.c cyclic_save.c cyclic_rows.c guard.c period.c period_data.c
CORE += cmd_trace.c trace_parse.c trace_lanes.c trace_write.c trace_fs.c trace_child.c
CORE += cmd_bench.c bench_file.c bench_units.c bench_plan.c bench_run.c bench_table.c bench_points.c \
	bench_base.c
CORE += doc.c stats.c text.c cmd_compare.c compare_metric.c compare_cells.c compare_judge.c \
	compare_text.c compare_table.c compare_xml.c
CORE += cmd_report.c page_load.c page_names.c page_lines.c page_axes.c page_plots.c page_curves.c \
	page_bars.c page_hist.c page_html.c page_tables.c page_metrics.c chan_metrics.c metrics.c gnuplot.c plot.c
CORE += cmd_top.c top_look.c top_sample.c top_text.c top_json.c top_keys.c top_screen.c
KERNEL = main.c backend_kernel.c backend_nl.c backend_sys.c backend_dmabuf.c
